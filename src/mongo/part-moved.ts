import { isConversationStoreError } from '../model/errors.js'
import { compareBytes } from '../model/planning/byte-order.js'
import type { InboxMigrationRow } from '../model/planning/inbox-migrations.js'
import type { ItemStamp } from '../model/planning/item-plan.js'
import { beginLink } from '../model/planning/link-identities.js'
import { mergeOfMove } from '../model/planning/move-known.js'
import { canGoBack, partMoved, statusBefore } from '../model/planning/part-moved.js'
import type { MergeLinks } from '../model/planning/rows.js'
import type { WriteStamp } from '../store/adapter.js'
import { inSession, type MongoContext } from './context.js'
import { conversationDocument } from './documents/conversations.js'
import { text } from './documents/fields.js'
import { movedContactInbox, movedConversation } from './documents/moved-marks.js'
import type { Doc } from './driver.js'
import { updateBetween } from './field-updates.js'
import { planPeople, writePeople } from './link-merged.js'
import { findRow } from './merge-rows.js'
import { partContactsIfLast } from './operations/unmerge-contacts.js'
import { undoMerge } from './operations/unmerge-conversations.js'
import { loadedWorld } from './upsert/loaded-world.js'

interface PartingBack {
  readonly row: InboxMigrationRow
  readonly undone: string
  readonly isConversion: boolean
  readonly links: MergeLinks
  readonly stamp: ItemStamp
}

/** The documents of a person and their conversations, with the marks of what was moved. */
interface Found {
  readonly contactInboxes: readonly Doc[]
  readonly conversations: readonly Doc[]
}

/** Parts somebody from a person of the destination, and moves them back. False for somebody who stays. */
export async function partBack(
  context: MongoContext,
  input: WriteStamp,
  { row: { accountId, destinationOaId }, undone, isConversion, links, stamp }: PartingBack,
  found: Found,
): Promise<boolean> {
  const contactInboxes = new Map(found.contactInboxes.map((doc) => [text(doc._id), movedContactInbox(doc)]))
  const conversations = new Map(found.conversations.map((doc) => [text(doc._id), movedConversation(doc)]))
  const mergeId = mergeOfMove(undone, links.lost.id)
  const merge = await context.collections.conversation_merges.findOne({ accountId, _id: mergeId, standing: true }, inSession(context))
  if (merge !== null) conversations.set(text(merge.lost_id), movedConversation(Object(merge.lost)))
  const marks = { contactInbox: (id: string) => contactInboxes.get(id), conversation: (id: string) => conversations.get(id) }
  const as = { ...input, now: stamp.now, operationId: undone, mergeId }
  const looking = { world: loadedWorld(), stamp, operationId: undone }
  const { result: canGo } = await planPeople(context, looking, () => canGoBack(looking.world, destinationOaId, links, marks))
  if (!canGo || (merge !== null && !(await isUndone(context, as)))) return false
  // The merge was undone beside the world that was looked at.
  const people = { ...looking, world: loadedWorld() }
  const { world } = people
  const undoneMerge = merge && { keptId: text(merge.kept_id), lostId: text(merge.lost_id) }
  const { locks, groups } = await planPeople(context, people, () =>
    partMoved(beginLink(world, stamp, undone), links, marks, { oaId: destinationOaId, keepsWindow: isConversion, undone: undoneMerge }),
  )
  await writePeople(context, people, locks, groups)
  const unmark = { $unset: { moved: '' } }
  const of = (rows: readonly { readonly id: string }[]) => ({ accountId, _id: { $in: rows.map(({ id }) => id) } })
  await context.collections.contact_inboxes.updateMany(of(links.lostIds), unmark, inSession(context))
  await context.collections.conversations.updateMany(of(links.conversations), unmark, inSession(context))
  await partContactsIfLast(context, as)
  return true
}

/** Undoes a merge of conversations. False for one that has to stand because of a later one. */
async function isUndone(context: MongoContext, input: WriteStamp & { readonly mergeId: string }): Promise<boolean> {
  try {
    await undoMerge(context, input, 1)
    return true
  } catch (error) {
    if (!isConversationStoreError(error, 'MERGE_REFUSED')) throw error
    return false
  }
}

/** Gives conversations that went back their status from before, where the move has closed them. */
export async function reopenMoved(context: MongoContext, accountId: string, gone: readonly Doc[]): Promise<void> {
  const closed = gone.filter((doc) => movedConversation(doc)?.closed !== undefined)
  for (const doc of closed.toSorted((a, b) => compareBytes(text(a._id), text(b._id)))) {
    const mark = movedConversation(doc)
    const found = await findRow(context, { accountId, _id: doc._id })
    if (mark === undefined || found === null) continue
    const { row } = found
    const active = await findRow(context, { accountId, contact_inbox_id: row.contactInboxId, active: true })
    const named = { accountId, oa_id: row.oaId, username_key: row.usernameKey, active: true }
    const namesake = row.usernameKey === null ? null : await findRow(context, named)
    const known = { activeConversation: () => active?.row ?? null, activeByUsername: () => namesake?.row ?? null }
    const update = updateBetween(conversationDocument(row), conversationDocument({ ...row, ...statusBefore(known, row, mark) }))
    if (Object.keys(update).length === 0) continue
    await context.collections.conversations.updateOne({ accountId, _id: doc._id }, update, inSession(context))
  }
}
