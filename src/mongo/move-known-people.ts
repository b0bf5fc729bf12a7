import type { InboxMigrationRow } from '../model/planning/inbox-migrations.js'
import type { ItemStamp } from '../model/planning/item-plan.js'
import { beginLink, headById } from '../model/planning/link-identities.js'
import { type MovedRows, mergeOfMove, moveKnown, welcomeOf } from '../model/planning/move-known.js'
import { inSession, type MongoContext } from './context.js'
import { text } from './documents/fields.js'
import { movedContactInboxDocument, movedConversationDocument } from './documents/moved-marks.js'
import type { Doc } from './driver.js'
import { joinContacts } from './join-contacts.js'
import { planPeople, writePeople } from './link-merged.js'
import type { FoundPerson } from './people-of-inbox.js'
import { loadedWorld } from './upsert/loaded-world.js'
import { planEach } from './upsert/plan-in-rounds.js'

interface MovedPerson {
  readonly person: FoundPerson
  /** The merges of the contacts and of the active conversations. */
  readonly mergeId: string
  readonly rows: MovedRows
}

/**
 * Moves people whom the destination knows, in the transaction of the batch: one after another in one world, so that
 * what is read and written takes as many commands for many people. It writes the heads of both people, so that every
 * other write for one of them conflicts with it. Returns those who did not stay.
 */
export async function moveKnownPeople(
  context: MongoContext,
  { id: by, accountId, kind, destinationOaId: oaId, onActiveConflict }: InboxMigrationRow,
  found: readonly FoundPerson[],
  stamp: ItemStamp,
): Promise<{ readonly came: readonly FoundPerson[]; readonly contactsMerged: number }> {
  if (found.length === 0) return { came: [], contactsMerged: 0 }
  const world = loadedWorld()
  const people = { world, stamp, operationId: by }
  const { result, locks, groups } = await planPeople(context, people, () =>
    planEach(world, found, (person): MovedPerson | null => {
      const headId = text(person.group[0]?._id)
      const lost = headById(people, headId)
      const welcome = welcomeOf(world, oaId, lost)
      if (welcome.stays) return null
      const channel = world.inbox(oaId)?.channel ?? null
      const moving = { by, oaId, channel, keepsWindow: kind === 'convert', merges: onActiveConflict === 'merge' }
      const mergeId = mergeOfMove(by, headId)
      return { person, mergeId, rows: moveKnown(beginLink(world, stamp, mergeId), lost, welcome.with, moving) }
    }),
  )
  const moved = result.filter((each) => each !== null)
  if (moved.length === 0) return { came: [], contactsMerged: 0 }
  await writePeople(context, people, locks, groups)
  await writeMarks(context, accountId, moved)
  const pairs = moved.flatMap(({ mergeId, rows: { links } }) =>
    links === null ? [] : [{ mergeId, keptId: links.kept.contactId, lostId: links.lost.contactId }],
  )
  const contacts = await joinContacts(context, stamp, pairs)
  return { came: moved.map(({ person }) => person), contactsMerged: contacts.size }
}

/** Writes on what was moved what it had before. */
async function writeMarks(context: MongoContext, accountId: string, moved: readonly MovedPerson[]): Promise<void> {
  const { contact_inboxes: contactInboxes, conversations, conversation_merges: merges } = context.collections
  const setting = (id: string, $set: Doc) => ({ updateOne: { filter: { accountId, _id: id }, update: { $set } } })
  const ofContactInboxes = moved.flatMap(({ rows }) =>
    [...rows.contactInboxes].map(([id, mark]) => setting(id, { moved: movedContactInboxDocument(mark) })),
  )
  await contactInboxes.bulkWrite(ofContactInboxes, inSession(context))
  const marks = moved.flatMap(({ rows, mergeId }) =>
    [...rows.conversations].map(([id, mark]) => ({
      id,
      mergeId,
      isMerged: mark.mergeId !== undefined,
      moved: movedConversationDocument(mark),
    })),
  )
  if (marks.length === 0) return
  await conversations.bulkWrite(
    marks.map((mark) => setting(mark.id, { moved: mark.moved })),
    inSession(context),
  )
  const merged = marks.filter(({ isMerged }) => isMerged)
  if (merged.length === 0) return
  await merges.bulkWrite(
    merged.map((mark) => setting(mark.mergeId, { 'lost.moved': mark.moved })),
    inSession(context),
  )
}
