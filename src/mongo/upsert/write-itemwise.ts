import { compositeKey } from '../../model/composite-key.js'
import type { ContactInboxRow, ConversationRow } from '../../model/planning/rows.js'
import type { UpsertConversations, UpsertItem, UpsertResult } from '../../store/adapter.js'
import { replaceRow } from '../change-by-version.js'
import { contentionPause } from '../contention-pause.js'
import type { MongoContext } from '../context.js'
import { needsTransactions } from '../deployment.js'
import { contactInboxDocument } from '../documents/contact-inboxes.js'
import { contactDocument } from '../documents/contacts.js'
import { conversationInGroup } from '../documents/conversations.js'
import { updateBetween } from '../field-updates.js'
import { nameContactAfter } from '../name-contact.js'
import { contention, isContention, isDuplicateKey } from '../translate-error.js'
import type { GroupChanges } from './group-changes.js'
import { loadItems } from './load-items.js'
import { type LoadedWorld, loadedWorld } from './loaded-world.js'
import { planCalls, writtenCall } from './plan-calls.js'

const attempts = 20

/**
 * Writes items without events on a server without transactions, one after another. Each item is planned in the same way
 * as with transactions, and is written step by step: the contact inbox, its contact, the conversation, and last the
 * contact's name. A step is written only if what it was planned on is unchanged. Otherwise the item is planned again.
 * The conversation decides: a crash before it leaves a customer without a conversation, which the next call completes.
 * An item is UNSUPPORTED where a customer who is known without a channel gets one, and where its ids tell anything new
 * of a known customer: contact inboxes and conversations change together then.
 *
 * An item that loses 20 times is CONTENTION. Among several items it fails by itself, because those before it are
 * written. Those after it that name the same customer fail with it and are not tried: the host sends all of them again,
 * and they must not be applied in another order than the host's.
 */
export async function writeItemwise(context: MongoContext, input: UpsertConversations): Promise<readonly UpsertResult[]> {
  const results: UpsertResult[] = []
  const lost = new Set<string>()
  for (const item of input.items) {
    const customer = compositeKey(item.oaId, item.customerId)
    const result = lost.has(customer) ? null : await writeItem(context, input, item)
    if (result === null && input.items.length === 1) throw contention(attempts)
    if (result === null) lost.add(customer)
    results.push(result ?? { ok: false, failure: { code: 'CONTENTION', details: { attempts } } })
  }
  return results
}

/** Null if other writers were faster each time. */
async function writeItem(context: MongoContext, input: UpsertConversations, item: UpsertItem): Promise<UpsertResult | null> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const world = loadedWorld()
    const serverNow = await loadItems(context, world, input.accountId, [item], 'at once', [input.now])
    const { outcomes, groups } = await planCalls(context, world, [{ ...input, items: [item] }], serverNow)
    const [result] = writtenCall(outcomes[0]).results
    if (result === undefined) throw new TypeError('an item was planned without a result')
    const jointly = changesChannel(world)
      ? 'a channel for a known customer'
      : changesIds(world)
        ? 'identities that are not known yet'
        : null
    if (jointly !== null) {
      const refusal = needsTransactions(jointly)
      if (input.atomic) throw refusal
      return { ok: false, failure: { code: 'UNSUPPORTED', details: refusal.details } }
    }
    if (await isWritten(writeSteps(context, world, groups))) {
      // A call that is sent again may have been cut off before the name, so the name is written even if the plan was to
      // write nothing.
      if (result.ok && result.conversation && typeof item.patch.customerName === 'string') {
        await nameContactAfter(context, input, result.conversation)
      }
      return result
    }
    await contentionPause(attempt)
  }
  return null
}

/** Whether a contact inbox or a conversation would get another channel than the one it has. */
function changesChannel(world: LoadedWorld): boolean {
  const isOther = ({ before, row }: { readonly before: HasChannel; readonly row: HasChannel }) => before.channel !== row.channel
  return world.contactInboxes.changes().updated.some(isOther) || world.conversations.changes().updated.some(isOther)
}

/** Whether ids would become one person's, or anything would be told of the id of a customer who is known. */
function changesIds(world: LoadedWorld): boolean {
  const { inserted, updated } = world.contactInboxes.changes()
  return (
    inserted.length > 1 || updated.some(({ before, row }) => before.canonicalId !== row.canonicalId || before.identities !== row.identities)
  )
}

type HasChannel = Pick<ConversationRow, 'channel'>

/** False also where the server gave a command up in favour of another writer's. */
async function isWritten(steps: Promise<boolean>): Promise<boolean> {
  try {
    return await steps
  } catch (error) {
    if (isContention(error)) return false
    throw error
  }
}

/** Returns whether every step found what it was planned on. */
async function writeSteps(context: MongoContext, world: LoadedWorld, { opened }: GroupChanges): Promise<boolean> {
  const scopes = world.contactInboxes.changes()
  const threads = world.conversations.changes()
  const { contact_inboxes: contactInboxes, conversations } = context.collections
  for (const row of scopes.inserted) if (!(await insertNew(() => contactInboxes.insertOne(contactInboxDocument(row))))) return false
  for (const { before, row } of scopes.updated) if (!(await replaceContactInbox(context, before, row))) return false
  for (const row of threads.inserted) {
    await provideContact(context, row)
    if (!(await insertNew(() => conversations.insertOne(conversationInGroup(row, opened.get(row) ?? null))))) return false
  }
  for (const { before, row } of threads.updated) if (!(await replaceRow(context, before, row, opened.get(row) ?? null))) return false
  return true
}

/**
 * Inserts the contact of a new conversation unless it is there. The contact inbox names it, and may have done so since
 * an earlier call that was cut off. The contact gets its name after the conversation, because this call may still lose
 * the conversation to another one.
 */
async function provideContact({ collections }: MongoContext, { accountId, contactId, createdAt }: ConversationRow): Promise<void> {
  const row = {
    id: contactId,
    accountId,
    name: null,
    nameSource: null,
    metadata: null,
    mergedInto: null,
    operations: [],
    droppedUntil: null,
    createdAt,
    updatedAt: createdAt,
  }
  const { _id, accountId: _, ...fields } = contactDocument(row)
  const insert = () => collections.contacts.updateOne({ accountId, _id }, { $setOnInsert: fields }, { upsert: true })
  // The server may refuse an upsert that races with another one. Then the contact is there.
  await insertNew(insert)
}

/**
 * False when a unique index refused the insert, because another call, or an earlier attempt of this one, was faster.
 */
async function insertNew(insert: () => Promise<unknown>): Promise<boolean> {
  try {
    await insert()
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

async function replaceContactInbox({ collections }: MongoContext, before: ContactInboxRow, row: ContactInboxRow): Promise<boolean> {
  const filter = { accountId: row.accountId, _id: row.id, contact_id: before.contactId }
  const update = updateBetween(contactInboxDocument(before), contactInboxDocument(row))
  const { matchedCount } = await collections.contact_inboxes.updateOne(filter, update)
  return matchedCount > 0
}
