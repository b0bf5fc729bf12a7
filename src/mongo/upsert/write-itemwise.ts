import type { ContactInboxRow, ConversationRow } from '../../model/planning/rows.js'
import type { UpsertConversations, UpsertItem, UpsertResult } from '../../store/adapter.js'
import { replaceRow } from '../change-by-version.js'
import { contentionPause } from '../contention-pause.js'
import type { MongoContext } from '../context.js'
import { contactInboxDocument } from '../documents/contact-inboxes.js'
import { contactDocument } from '../documents/contacts.js'
import { conversationDocument } from '../documents/conversations.js'
import type { Doc } from '../driver.js'
import { updateBetween } from '../field-updates.js'
import { nameContact } from '../name-contact.js'
import { contention, isDuplicateKey } from '../translate-error.js'
import { loadItems } from './load-items.js'
import { type LoadedWorld, loadedWorld } from './loaded-world.js'
import { planCalls, resultsOf } from './plan-calls.js'
import type { RowChanges } from './row-table.js'

const attempts = 20

/**
 * Writes items without events on a server without transactions, one after another. Each item is planned in the same way
 * as with transactions, and is written step by step. A step is written only if what it was planned on is unchanged.
 * Otherwise the item is planned again. The contact and its contact inbox come first: a crash after them leaves a
 * customer without a conversation, which the next call completes. Throws CONTENTION after 20 attempts.
 */
export async function writeItemwise(context: MongoContext, input: UpsertConversations): Promise<readonly UpsertResult[]> {
  const results: UpsertResult[] = []
  for (const item of input.items) results.push(await writeItem(context, input, item))
  return results
}

async function writeItem(context: MongoContext, input: UpsertConversations, item: UpsertItem): Promise<UpsertResult> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const world = loadedWorld()
    const serverNow = await loadItems(context, world, input.accountId, [item], 'at once', [input.now])
    const { outcomes } = await planCalls(context, world, [{ ...input, items: [item] }], serverNow)
    const [result] = resultsOf(outcomes[0])
    if (result === undefined) throw new TypeError('an item was planned without a result')
    if (await writeSteps(context, input, world)) return result
    await contentionPause(attempt)
  }
  throw contention(attempts)
}

/** Returns whether every step found what it was planned on. */
async function writeSteps(context: MongoContext, input: UpsertConversations, world: LoadedWorld): Promise<boolean> {
  const { contacts, conversations } = context.collections
  const people = world.contacts.changes()
  const scopes = world.contactInboxes.changes()
  const threads = world.conversations.changes()

  // If another call has inserted the contact inbox first, or has given it a contact, our own contact is deleted again.
  const contactsMade = []
  for (const row of people.inserted) if (await insertNew(() => contacts.insertOne(contactDocument(row)))) contactsMade.push(row)
  if (!(await writeContactInboxes(context, world))) {
    for (const row of contactsMade) await contacts.deleteOne({ accountId: row.accountId, _id: row.id })
    return false
  }

  for (const { before, row } of threads.updated) {
    if (await replaceRow(context, before, row)) continue
    // The adoption did not happen, so the customer's new alias is removed again.
    await takeBack(context, scopes)
    return false
  }
  for (const row of threads.inserted) {
    if (!(await insertNew(() => conversations.insertOne(conversationDocument(row))))) return false
    if (await isAlias(context, row)) {
      await conversations.deleteOne({ accountId: row.accountId, _id: row.id, version: 0 })
      return false
    }
  }
  for (const { before, row } of scopes.updated) {
    if (before.canonicalId === row.canonicalId || !(await hasActive(context, row))) continue
    await takeBack(context, scopes)
    return false
  }
  for (const { row } of people.updated) if (row.name !== null) await nameContact(context, input, row.id, row.name)
  return true
}

async function writeContactInboxes(context: MongoContext, world: LoadedWorld): Promise<boolean> {
  const { inserted, updated } = world.contactInboxes.changes()
  for (const row of inserted)
    if (!(await insertNew(() => context.collections.contact_inboxes.insertOne(contactInboxDocument(row))))) return false
  for (const { before, row } of updated) if (!(await replaceContactInbox(context, before, row))) return false
  return true
}

/** Undoes what an adoption wrote. The first contact inbox of a customer stays for the next attempt. */
async function takeBack(context: MongoContext, { inserted, updated }: RowChanges<ContactInboxRow>): Promise<void> {
  for (const { before, row } of updated) await replaceContactInbox(context, row, before)
  for (const { accountId, id, canonicalId } of inserted) {
    if (canonicalId !== null) await context.collections.contact_inboxes.deleteOne({ accountId, _id: id, canonical_id: canonicalId })
  }
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
  const unchanged: Doc = { contact_id: before.contactId, canonical_id: before.canonicalId ?? { $exists: false } }
  const filter = { accountId: row.accountId, _id: row.id, ...unchanged }
  const update = updateBetween(contactInboxDocument(before), contactInboxDocument(row))
  const { matchedCount } = await collections.contact_inboxes.updateOne(filter, update)
  return matchedCount > 0
}

/**
 * An adoption and a first conversation of one customer can miss each other, because they write different documents.
 * Each reads the other's document after it has written its own, so at least one sees the other and gives way.
 */
async function isAlias({ collections }: MongoContext, { accountId, contactInboxId }: ConversationRow): Promise<boolean> {
  const filter = { accountId, _id: contactInboxId, canonical_id: { $exists: true } }
  return (await collections.contact_inboxes.findOne(filter, { readConcern: { level: 'local' }, projection: { _id: 1 } })) !== null
}

async function hasActive({ collections }: MongoContext, { accountId, oaId, customerId }: ContactInboxRow): Promise<boolean> {
  const filter = { accountId, oa_id: oaId, customer_id: customerId, active: true }
  return (await collections.conversations.findOne(filter, { readConcern: { level: 'local' }, projection: { _id: 1 } })) !== null
}
