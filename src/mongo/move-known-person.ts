import type { InboxMigrationRow } from '../model/planning/inbox-migrations.js'
import type { ItemStamp } from '../model/planning/item-plan.js'
import { beginLink, headById } from '../model/planning/link-identities.js'
import { mergeOfMove, moveKnown, welcomeOf } from '../model/planning/move-known.js'
import type { WriteStamp } from '../store/adapter.js'
import { inSession, type MongoContext } from './context.js'
import { text } from './documents/fields.js'
import { movedContactInboxDocument, movedConversationDocument } from './documents/moved-marks.js'
import type { Doc } from './driver.js'
import { planPeople, writePeople } from './link-merged.js'
import { joinContactsOf } from './operations/merge-contacts.js'
import type { FoundPerson } from './people-of-inbox.js'
import { loadedWorld } from './upsert/loaded-world.js'

/**
 * Moves a person whom the destination knows, in the transaction of the batch. It writes the heads of both people, so
 * that every other write for one of them conflicts with it. Returns null for one who stays.
 */
export async function moveKnownPerson(
  context: MongoContext,
  input: WriteStamp,
  { id: by, accountId, kind, destinationOaId: oaId, onActiveConflict }: InboxMigrationRow,
  { group }: FoundPerson,
  stamp: ItemStamp,
): Promise<{ readonly hasMergedContacts: boolean } | null> {
  const headId = text(group[0]?._id)
  const mergeId = mergeOfMove(by, headId)
  const people = { world: loadedWorld(), stamp, operationId: mergeId }
  const { world } = people
  const { result, locks, groups } = await planPeople(context, people, () => {
    const lost = headById(people, headId)
    const welcome = welcomeOf(world, oaId, lost)
    if (welcome.stays) return null
    const channel = world.inbox(oaId)?.channel ?? null
    const moving = { by, oaId, channel, keepsWindow: kind === 'convert', merges: onActiveConflict === 'merge' }
    return moveKnown(beginLink(world, stamp, mergeId), lost, welcome.with, moving)
  })
  if (result === null) return null
  await writePeople(context, people, locks, groups)
  const { contact_inboxes: contactInboxes, conversations, conversation_merges: merges } = context.collections
  const marking = (id: string, moved: Doc) => ({ updateOne: { filter: { accountId, _id: id }, update: { $set: { moved } } } })
  await contactInboxes.bulkWrite(
    [...result.contactInboxes].map(([id, mark]) => marking(id, movedContactInboxDocument(mark))),
    inSession(context),
  )
  const marks = [...result.conversations].map(([id, mark]) => marking(id, movedConversationDocument(mark)))
  if (marks.length > 0) await conversations.bulkWrite(marks, inSession(context))
  for (const mark of [...result.conversations.values()].filter((each) => each.mergeId !== undefined)) {
    const update = { $set: { 'lost.moved': movedConversationDocument(mark) } }
    await merges.updateOne({ accountId, _id: mergeId }, update, inSession(context))
  }
  if (result.links === null) return { hasMergedContacts: false }
  const merging = { ...input, now: stamp.now, operationId: mergeId }
  return { hasMergedContacts: await joinContactsOf(context, merging, result.links) }
}
