import type { MessageRow } from '../../model/planning/rows.js'
import { inSession, type MongoContext } from '../context.js'
import { contactInboxDocument } from '../documents/contact-inboxes.js'
import { contactDocument } from '../documents/contacts.js'
import { conversationDocument, conversationInGroup } from '../documents/conversations.js'
import { eventDocument } from '../documents/events.js'
import { messageDocument } from '../documents/messages.js'
import type { Doc } from '../driver.js'
import { updateBetween } from '../field-updates.js'
import type { CollectionName } from '../schema/collections.js'
import { contention } from '../translate-error.js'
import { writeMerges } from '../write-merge.js'
import type { GroupChanges } from './group-changes.js'
import type { LoadedWorld } from './loaded-world.js'
import type { Locks } from './locks.js'
import { namesFirst, type TableChanges } from './names-first.js'

interface Identified {
  readonly id: string
  readonly accountId: string
}

/**
 * Writes what was planned, within a transaction. It takes one to three commands for each collection that changed,
 * whatever the number of rows.
 */
export async function writeChanges(context: MongoContext, world: LoadedWorld, locks: Locks, { opened }: GroupChanges): Promise<void> {
  // The documents that others contend for come first, because a transaction that loses should lose early.
  await writeTable(
    context,
    'conversations',
    namesFirst(world.conversations.changes()),
    (row) => conversationInGroup(row, opened.get(row) ?? null),
    locks.conversations,
    world.conversations.get,
  )
  await writeMerges(
    context,
    world.merges().map((merge) => ({ merge, lost: conversationDocument(merge.lost) })),
  )
  await writeTable(
    context,
    'contact_inboxes',
    namesFirst(world.contactInboxes.changes()),
    contactInboxDocument,
    locks.contactInboxes,
    world.contactInboxes.get,
  )
  await writeTable(context, 'contacts', world.contacts.changes(), contactDocument)
  await writeTable(context, 'messages', world.messages.changes(), messageDocument)
  await writeTable(context, 'contact_interaction_events', world.events.changes(), eventDocument)
  for (const { before, row } of world.messages.changes().updated) if (before.doubleIn !== row.doubleIn) await hideEvent(context, row)
}

/** The event of a message has its id, and is hidden where the message is. */
async function hideEvent(context: MongoContext, { id, accountId, doubleIn }: MessageRow): Promise<void> {
  const change = doubleIn === null ? { $unset: { double_in: '' } } : { $set: { double_in: doubleIn } }
  await context.collections.contact_interaction_events.updateOne({ accountId, _id: id }, change, inSession(context))
}

const locking = { $inc: { lock: 1 } }
const noLocks: ReadonlySet<string> = new Set()

async function writeTable<Row extends Identified>(
  context: MongoContext,
  name: CollectionName,
  { inserted, updated, deleted, freeing = [] }: TableChanges<Row>,
  documentOf: (row: Row) => Doc,
  locks: ReadonlySet<string> = noLocks,
  rowOf: (id: string) => Row | null = () => null,
): Promise<void> {
  const collection = context.collections[name]
  const options = inSession(context)
  const changed = new Set([...inserted, ...updated.map(({ row }) => row)].map(({ id }) => id))
  const locked = [...locks].flatMap((id) => (changed.has(id) ? [] : (rowOf(id) ?? [])))
  const updates = [
    ...freeing.map((row) => ({ filter: keyOf(row), update: { $set: { customer_id: row.id } } })),
    ...updated.map(({ before, row }) => ({
      filter: keyOf(row),
      update: { ...updateBetween(documentOf(before), documentOf(row)), ...(locks.has(row.id) ? locking : {}) },
    })),
    ...locked.map((row) => ({ filter: keyOf(row), update: locking })),
  ].filter(({ update }) => Object.keys(update).length > 0)

  const [removed] = deleted
  if (removed) await collection.deleteMany({ accountId: removed.accountId, _id: { $in: deleted.map(({ id }) => id) } }, options)
  if (inserted.length > 0 && updates.length > 0 && locks !== noLocks) {
    // One command writes both. The server tells how many documents it inserted. If it found a document with one of the
    // ids, that document is not ours, and the transaction has to start again.
    const upserts = inserted.map((row) => ({
      updateOne: { filter: keyOf(row), update: { $setOnInsert: withoutKey(documentOf(row)) }, upsert: true },
    }))
    const result = await collection.bulkWrite([...updates.map((updateOne) => ({ updateOne })), ...upserts], { ...options, ordered: true })
    if (Reflect.get(Object(result), 'upsertedCount') !== inserted.length) throw contention(1)
    return
  }
  const [only] = updates
  if (only && updates.length === 1) await collection.updateOne(only.filter, only.update, options)
  else if (updates.length > 1)
    await collection.bulkWrite(
      updates.map((updateOne) => ({ updateOne })),
      { ...options, ordered: true },
    )
  if (inserted.length > 0) await collection.insertMany(inserted.map(documentOf), { ...options, ordered: true })
}

function keyOf({ id, accountId }: Identified): Doc {
  return { _id: id, accountId }
}

function withoutKey({ _id, accountId, ...fields }: Doc): Doc {
  return fields
}
