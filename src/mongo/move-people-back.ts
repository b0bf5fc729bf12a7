import type { InboxMigrationRow, MovedBatch } from '../model/planning/inbox-migrations.js'
import { type PersonAtUndo, planUndo } from '../model/planning/undo-inbox-move.js'
import type { MoveInboxBatch } from '../store/adapter.js'
import { inSession, type MongoContext } from './context.js'
import { list, text, textOrNull } from './documents/fields.js'
import type { Doc } from './driver.js'
import { leaveBehind } from './leave-behind.js'
import { literal } from './literal.js'
import { countsOf, type FoundPerson } from './people-of-inbox.js'

interface MovedPerson extends PersonAtUndo {
  readonly rows: readonly Doc[]
  readonly found: readonly Doc[]
}

/** Moves those of the people back whom the migration `undone` has moved, in the transaction of the batch. */
export async function movePeopleBack(
  context: MongoContext,
  { contactInboxIds }: MoveInboxBatch,
  row: InboxMigrationRow,
  undone: string,
  people: readonly FoundPerson[],
  now: Date,
): Promise<Omit<MovedBatch, 'cursor'>> {
  const { accountId } = row
  const moved = people.flatMap((person) => movedPerson(person, undone) ?? [])
  const { back, copies, waiting, skipped } = planUndo(moved, contactInboxIds)
  const going = back.flatMap(({ found }) => found.filter((doc) => isMovedBy(doc, undone)))
  const staying = back.flatMap(({ found }) => found.filter((doc) => !isMovedBy(doc, undone)))
  const group = back.flatMap(({ rows }) => rows)
  const counts = await countsOf(context, accountId, group.length, going)
  if (back.length > 0) {
    const people = await context.collections.contact_inboxes.find(idsIn(accountId, group), inSession(context)).toArray()
    await conversationsBack(context, row, undone, going, now)
    await contactInboxesBack(context, row, back)
    if (copies.size > 0) await leaveBehind(context, row, { people, staying, copies }, now)
  }
  return { moved: counts, unsettled: back.length + waiting, skipped }
}

/** Null for a person of whom the migration has moved nothing. */
function movedPerson({ customerId, group: rows, conversations, matchedBy }: FoundPerson, undone: string): MovedPerson | null {
  if (!rows.some((doc) => isMovedBy(doc, undone))) return null
  const [head] = rows
  return {
    customerId,
    isMoved: head !== undefined && isMovedBy(head, undone),
    group: rows.map((doc) => ({ id: text(doc._id), customerId: text(doc.customer_id) })),
    conversations: conversations.map((doc) => ({
      id: text(doc._id),
      isMoved: isMovedBy(doc, undone),
      isMerged: list(doc.merged_parts).length > 0,
    })),
    matchedBy,
    rows,
    found: conversations,
  }
}

function isMovedBy({ moved }: Doc, migrationId: string): boolean {
  return Reflect.get(Object(moved), 'by') === migrationId
}

function channelBefore({ moved }: Doc): string | null {
  return textOrNull(Reflect.get(Object(moved), 'channel'))
}

function idsIn(accountId: string, rows: readonly Doc[]): Doc {
  return { accountId, _id: { $in: rows.map(({ _id }) => _id) } }
}

async function conversationsBack(
  context: MongoContext,
  { accountId, destinationOaId }: InboxMigrationRow,
  undone: string,
  going: readonly Doc[],
  now: Date,
): Promise<void> {
  const { conversations, inbox_migrations } = context.collections
  const of = { ...inSession(context), projection: { kind: 1 } }
  const migration = await inbox_migrations.findOne({ _id: undone, accountId }, of)
  const place = { oa_id: literal(destinationOaId), channel: '$moved.channel' }
  const window = migration?.kind === 'convert' ? {} : { window_expires_at: '$moved.window_expires_at' }
  const changed = { ...place, ...window, version: { $add: ['$version', 1] }, updated_at: now }
  await conversations.updateMany(idsIn(accountId, going), [{ $set: changed }, { $unset: 'moved' }], inSession(context))
}

/** The ids that became known since have the channel that their head had. */
async function contactInboxesBack(
  context: MongoContext,
  { accountId, destinationOaId }: InboxMigrationRow,
  back: readonly MovedPerson[],
): Promise<void> {
  const byChannel = new Map<string | null, Doc[]>()
  for (const { rows } of back) {
    for (const doc of rows) {
      const channel = channelBefore(doc) ?? channelBefore(rows[0] ?? {})
      byChannel.set(channel, [...(byChannel.get(channel) ?? []), doc])
    }
  }
  for (const [channel, rows] of byChannel) {
    const update = { $set: { oa_id: destinationOaId, ...(channel !== null && { channel }) }, $unset: { moved: '' } }
    await context.collections.contact_inboxes.updateMany(idsIn(accountId, rows), update, inSession(context))
  }
}
