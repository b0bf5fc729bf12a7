import { rememberedOperation } from '../model/planning/operations.js'
import { toConversation } from '../model/planning/to-records.js'
import type { Channel } from '../model/records.js'
import type { UpsertConversations, UpsertItem, UpsertResult } from '../store/adapter.js'
import { inSession, type MongoContext } from './context.js'
import { conversationRow } from './documents.js'
import { literal, versionedChange } from './expressions.js'
import { latestState } from './find-now.js'
import { targetFilter } from './find-target.js'
import { patchExpressions } from './patch-expressions.js'

/**
 * Patches the customer's active conversation in one command, or answers null where there is more to decide: an unknown customer, an alias, a
 * username to match, a name for the contact. A channel, and a conversation that has none of its own yet, cost a look at the inbox.
 */
export async function upsertActive(context: MongoContext, input: UpsertConversations, item: UpsertItem): Promise<UpsertResult | null> {
  const { patch, events, usernameKey } = item
  if (events.length > 0 || usernameKey !== null || typeof patch.customerName === 'string') return null
  if (item.channel === null && !context.unconnected.has(inboxKey(input, item))) {
    const result = await patchActive(context, input, item, { $ne: 'api' }, null)
    if (result) return result
  }
  const inbox = await inboxChannel(context, input, item)
  if (item.channel !== null && inbox !== null && inbox !== item.channel) return null
  const given = item.channel ?? inbox
  return patchActive(context, input, item, item.channel === null ? { $exists: true } : { $in: ['api', item.channel] }, given)
}

/** `named` is what becomes the channel of a conversation that has none. */
async function patchActive(
  context: MongoContext,
  { accountId, now }: UpsertConversations,
  item: UpsertItem,
  channels: object,
  named: Channel | null,
): Promise<UpsertResult | null> {
  const { operationId, expectedVersion, patch } = item
  const { when, set } = patchExpressions(patch)
  const isNamed = named === null || named === 'api' ? false : { $eq: ['$channel', 'api'] }
  const pipeline = versionedChange({ accountId, operationId, now, resentAfter: null }, expectedVersion, {
    outcome: 'updated',
    when: [{ $or: [...when, isNamed] }],
    set: { ...set, ...(isNamed ? { channel: { $cond: [isNamed, literal(named), '$channel'] } } : {}) },
  })
  const filter = { ...targetFilter(accountId, item), channel: channels }
  const doc = await context.collections.conversations.findOneAndUpdate(filter, pipeline, { ...inSession(context), returnDocument: 'after' })
  if (doc === null) return null

  const row = conversationRow(doc)
  const mark = rememberedOperation(row, operationId)
  if (mark) return { ok: true, outcome: mark.outcome, conversation: toConversation(row), events: [] }
  if (expectedVersion !== null && expectedVersion !== row.version) {
    return { ok: false, failure: { code: 'VERSION_CONFLICT', details: { expected: expectedVersion, actual: row.version } } }
  }
  return { ok: true, outcome: 'unchanged', conversation: toConversation(row), events: [] }
}

function inboxKey({ accountId }: UpsertConversations, { oaId }: UpsertItem): string {
  return `${accountId}\0${oaId}`
}

async function inboxChannel(context: MongoContext, input: UpsertConversations, item: UpsertItem): Promise<Channel | null> {
  const filter = { accountId: input.accountId, oa_id: item.oaId }
  const inbox = await context.collections.inboxes.findOne(filter, { ...latestState(context), projection: { channel: 1 } })
  const key = inboxKey(input, item)
  // Only a hint at what to ask first: whether the inbox was connected since is looked at every time.
  if (inbox === null) context.unconnected.add(key)
  else context.unconnected.delete(key)
  return inbox === null ? null : String(inbox.channel)
}
