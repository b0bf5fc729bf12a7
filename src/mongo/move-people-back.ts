import type { InboxMigrationRow, MovedBatch } from '../model/planning/inbox-migrations.js'
import type { ItemStamp } from '../model/planning/item-plan.js'
import { joinedBy } from '../model/planning/part-moved.js'
import type { MergeLinks } from '../model/planning/rows.js'
import { type PersonAtUndo, planUndo } from '../model/planning/undo-inbox-move.js'
import type { MoveInboxBatch, WriteStamp } from '../store/adapter.js'
import { inSession, type MongoContext } from './context.js'
import { list, text, textOrNull } from './documents/fields.js'
import { isMovedBy, movedContactInbox } from './documents/moved-marks.js'
import type { Doc } from './driver.js'
import { leaveBehind } from './leave-behind.js'
import { literal } from './literal.js'
import { partBack, reopenMoved } from './part-moved.js'
import { countsOf, type FoundPerson } from './people-of-inbox.js'

interface MovedPerson extends PersonAtUndo {
  readonly rows: readonly Doc[]
  readonly found: readonly Doc[]
  /** Those whom the migration has made one with this person, whom it has not moved: the last one first. */
  readonly joined: readonly MergeLinks[]
}

/** Moves those of the people back whom the migration `undone` has moved, in the transaction of the batch. */
export async function movePeopleBack(
  context: MongoContext,
  input: WriteStamp & MoveInboxBatch,
  row: InboxMigrationRow,
  undone: string,
  people: readonly FoundPerson[],
  stamp: ItemStamp,
): Promise<Omit<MovedBatch, 'cursor'>> {
  const { accountId } = row
  const moved = people.flatMap((person) => movedPerson(person, undone) ?? [])
  const { back, copies, waiting, skipped } = planUndo(
    moved.filter(({ joined }) => joined.length === 0),
    input.contactInboxIds,
  )
  const going = back.flatMap(({ found }) => found.filter((doc) => isMovedBy(doc, undone)))
  const staying = back.flatMap(({ found }) => found.filter((doc) => !isMovedBy(doc, undone)))
  const group = back.flatMap(({ rows }) => rows)
  const isConversion = await isConversionOf(context, accountId, undone)
  if (back.length > 0) {
    const people = await context.collections.contact_inboxes.find(idsIn(accountId, group), inSession(context)).toArray()
    await conversationsBack(context, row, going, isConversion, stamp.now)
    await contactInboxesBack(context, row, back)
    if (copies.size > 0) await leaveBehind(context, row, { people, staying, copies }, stamp.now)
    await reopenMoved(context, accountId, going)
  }
  const joined = moved.flatMap((person) => person.joined.map((links) => ({ links, person })))
  const parted: typeof joined = []
  for (const each of joined) {
    const { rows, found } = each.person
    const docs = { contactInboxes: rows, conversations: found }
    if (await partBack(context, input, { row, undone, isConversion, links: each.links, stamp }, docs)) parted.push(each)
  }
  const ids = parted.flatMap(({ links }) => links.conversations.map(({ id }) => id))
  const parts = { ...inSession(context), projection: { 'merged_parts.id': 1 } }
  const apart = await context.collections.conversations.find({ accountId, _id: { $in: ids } }, parts).toArray()
  const contactInboxes = group.length + parted.reduce((sum, { links }) => sum + links.lostIds.length, 0)
  return {
    moved: await countsOf(context, accountId, contactInboxes, [...going, ...apart]),
    unsettled: back.length + waiting + parted.length,
    skipped: skipped + joined.length - parted.length,
    contactsMerged: 0,
  }
}

async function isConversionOf(context: MongoContext, accountId: string, migrationId: string): Promise<boolean> {
  const of = { ...inSession(context), projection: { kind: 1 } }
  const migration = await context.collections.inbox_migrations.findOne({ _id: migrationId, accountId }, of)
  return migration?.kind === 'convert'
}

/** Null for a person of whom the migration has moved nothing. */
function movedPerson({ customerId, group: rows, conversations, matchedBy }: FoundPerson, undone: string): MovedPerson | null {
  if (!rows.some((doc) => isMovedBy(doc, undone))) return null
  const [head] = rows
  const isMoved = head !== undefined && isMovedBy(head, undone)
  const marks = rows.flatMap((doc) => movedContactInbox(doc) ?? [])
  return {
    customerId,
    isMoved,
    isJoinedByOther: marks.some(({ by, links }) => links !== undefined && by !== undone),
    joined: isMoved ? [] : joinedBy(marks, undone),
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

function channelBefore({ moved }: Doc): string | null {
  return textOrNull(Reflect.get(Object(moved), 'channel'))
}

function idsIn(accountId: string, rows: readonly Doc[]): Doc {
  return { accountId, _id: { $in: rows.map(({ _id }) => _id) } }
}

async function conversationsBack(
  context: MongoContext,
  { accountId, destinationOaId }: InboxMigrationRow,
  going: readonly Doc[],
  isConversion: boolean,
  now: Date,
): Promise<void> {
  const place = { oa_id: literal(destinationOaId), channel: '$moved.channel' }
  const window = isConversion ? {} : { window_expires_at: '$moved.window_expires_at' }
  const changed = { ...place, ...window, version: { $add: ['$version', 1] }, updated_at: now }
  await context.collections.conversations.updateMany(idsIn(accountId, going), [{ $set: changed }, { $unset: 'moved' }], inSession(context))
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
