import {
  type InboxMigrationRow,
  inboxMigrationOf,
  type MovedBatch,
  migrationOfBatch,
  withBatch,
} from '../../model/planning/inbox-migrations.js'
import type { ItemStamp } from '../../model/planning/item-plan.js'
import { mayJoin } from '../../model/planning/move-known.js'
import type { InboxMigration, MoveInboxBatch, WriteStamp } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import type { Doc } from '../driver.js'
import { changeInboxMigration } from '../inbox-migration-rows.js'
import { literal } from '../literal.js'
import { conversationsOfBatch, lockConversations, rangeOfBatch } from '../lock-batch.js'
import { moveKnownPeople } from '../move-known-people.js'
import { movePeopleBack } from '../move-people-back.js'
import { countsOf, type FoundPerson, peopleOfInbox } from '../people-of-inbox.js'
import { underLease } from '../under-lease.js'

/**
 * Moves the next people of the source, and the migration with them, in one transaction. Every write to one of these
 * people writes a contact inbox or a conversation that the transaction writes too, so one of the two begins anew.
 */
export async function moveInboxBatch(context: MongoContext, input: WriteStamp & MoveInboxBatch): Promise<InboxMigration> {
  const ids = await conversationsOfBatch(context, input)
  // The first write of the transaction, also of one that a lease guards.
  const begin = (inner: MongoContext) => lockConversations(inner, input.accountId, ids)
  const decide: Parameters<typeof changeInboxMigration>[3] = async (found, stamp, inner) => {
    const { row, isDone } = migrationOfBatch(found, stamp, input)
    return isDone ? row : withBatch(row, stamp, await movePeople(inner, input, row, stamp))
  }
  const send = (held: MongoContext) =>
    changeInboxMigration(held, input, 'moveInboxBatch', decide, input.lease === undefined ? begin : undefined)
  return inboxMigrationOf(await underLease(context, input, send, begin))
}

async function movePeople(
  context: MongoContext,
  input: WriteStamp & MoveInboxBatch,
  row: InboxMigrationRow,
  stamp: ItemStamp,
): Promise<MovedBatch> {
  const { people, next } = await peopleOfInbox(context, rangeOfBatch(row, input))
  if (row.undoes !== null) return { ...(await movePeopleBack(context, input, row, row.undoes, people, stamp)), cursor: next }
  const moving = people.filter(({ matchedBy }) => matchedBy === null)
  if (moving.length > 0) await write(context, row, moving, stamp.now)
  const joining = row.onActiveConflict === 'skip' ? [] : people.filter(({ matchedBy }) => mayJoin(matchedBy))
  const { came: known, contactsMerged } = await moveKnownPeople(context, row, joining, stamp)
  const came = [...moving, ...known]
  const contactInboxes = came.reduce((sum, { group }) => sum + group.length, 0)
  const conversations = came.flatMap((person) => person.conversations)
  const moved = await countsOf(context, row.accountId, contactInboxes, conversations)
  return { moved, unsettled: came.length, skipped: people.length - came.length, contactsMerged, cursor: next }
}

async function write(context: MongoContext, row: InboxMigrationRow, moving: readonly FoundPerson[], now: Date): Promise<void> {
  const { accountId, id: by, destinationOaId: oaId, kind } = row
  const { contact_inboxes: contactInboxes, conversations, inboxes } = context.collections
  const inbox = await inboxes.findOne({ accountId, oa_id: oaId }, { ...inSession(context), projection: { channel: 1 } })
  const place = { oa_id: literal(oaId), ...(inbox !== null && { channel: literal(inbox.channel) }) }
  const people = { accountId, _id: { $in: moving.flatMap(({ group }) => group.map(({ _id }) => _id)) } }
  const mark = { by: literal(by), channel: '$channel' }
  await contactInboxes.updateMany(people, [{ $set: { ...place, moved: whole(mark) } }], inSession(context))
  const ids = moving.flatMap((person) => person.conversations.map(({ _id }) => _id))
  const changed = { version: { $add: ['$version', 1] }, updated_at: now, ...(kind === 'convert' ? {} : { window_expires_at: null }) }
  const marked = { moved: whole({ ...mark, window_expires_at: '$window_expires_at' }) }
  await conversations.updateMany({ accountId, _id: { $in: ids } }, [{ $set: { ...place, ...changed, ...marked } }], inSession(context))
}

/** A document that a pipeline sets is joined with the one that is there, so an earlier mark would stay in part. */
function whole(mark: Doc): Doc {
  return { $mergeObjects: [mark] }
}
