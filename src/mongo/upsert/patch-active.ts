import { compositeKey } from '../../model/composite-key.js'
import { rememberedOperation } from '../../model/planning/operations.js'
import type { UpsertConversations, UpsertItem, UpsertResult } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { conversationOf } from '../documents/conversations.js'
import { operationMarks } from '../documents/operations.js'
import type { Doc } from '../driver.js'
import { versionedChange } from '../expressions.js'
import { latestState } from '../find-now.js'
import { targetFilter } from '../find-target.js'
import { nameContactAfter } from '../name-contact.js'
import { patchExpressions } from '../patch-expressions.js'

/**
 * Patches the customer's active conversation in one command. Returns null if there is more to decide or to write: for
 * an unknown customer, an alias that this process does not know, a username to match, or a channel that changes. A name
 * of the customer, which comes here only without transactions, is written to the contact by a second command. The inbox
 * is asked for its channel only where that may matter: when the item gives a channel, or when the conversation has none
 * of its own yet.
 */
export async function patchActive(context: MongoContext, input: UpsertConversations, item: UpsertItem): Promise<UpsertResult | null> {
  const { customerName } = item.patch
  const result = item.events.length > 0 || item.usernameKey !== null ? null : await patchKnown(context, input, item)
  const isNamed = result?.ok === true && result.conversation !== null && typeof customerName === 'string'
  if (isNamed) await nameContactAfter(context, input, result.conversation)
  return result
}

async function patchKnown(context: MongoContext, input: UpsertConversations, item: UpsertItem): Promise<UpsertResult | null> {
  const { channel } = item
  if (channel === null && !context.unconnected.has(compositeKey(input.accountId, item.oaId))) {
    const result = await patchWhere(context, input, item, { channel: { $ne: 'api' } })
    if (result) return result
  }
  const known = await inboxChannel(context, input, item)
  if (channel !== null) return known === null || known === channel ? patchWhere(context, input, item, { channel }) : null
  return patchWhere(context, input, item, known === null || known === 'api' ? {} : { channel: { $ne: 'api' } })
}

/** Null if the customer has no active conversation with such a channel. */
async function patchWhere(
  context: MongoContext,
  { accountId, now }: UpsertConversations,
  item: UpsertItem,
  channels: Doc,
): Promise<UpsertResult | null> {
  const { operationId, expectedVersion, patch } = item
  const { when, set } = patchExpressions(patch)
  const stamp = { accountId, operationId, now, firstSentAt: null }
  const update = versionedChange(stamp, expectedVersion, { outcome: 'updated', when: [{ $or: [...when] }], set })
  const options = { ...inSession(context), returnDocument: 'after' }
  const doc = await context.collections.conversations.findOneAndUpdate(
    { ...targetFilter(context, accountId, item), ...channels },
    update,
    options,
  )
  if (doc === null) return null

  const conversation = conversationOf(doc)
  const mark = rememberedOperation({ operations: operationMarks(doc.operations) }, operationId)
  if (mark) return { ok: true, outcome: mark.outcome, conversation, events: [] }
  if (expectedVersion !== null && expectedVersion !== conversation.version) {
    return { ok: false, failure: { code: 'VERSION_CONFLICT', details: { expected: expectedVersion, actual: conversation.version } } }
  }
  return { ok: true, outcome: 'unchanged', conversation, events: [] }
}

async function inboxChannel(context: MongoContext, input: UpsertConversations, item: UpsertItem): Promise<string | null> {
  const filter = { accountId: input.accountId, oa_id: item.oaId }
  const inbox = await context.collections.inboxes.findOne(filter, { ...latestState(context), projection: { channel: 1 } })
  const key = compositeKey(input.accountId, item.oaId)
  // This is only a hint at what to ask first. Every call still checks whether the inbox was connected since.
  if (inbox === null) context.unconnected.add(key)
  else context.unconnected.delete(key)
  return inbox === null ? null : String(inbox.channel)
}
