import { isConversationStoreError } from '../model/errors.js'
import { compareBytes } from '../model/planning/byte-order.js'
import type { ChangeStamp } from '../model/planning/change-conversation.js'
import type { InboxMigrationRow, MovedBatch } from '../model/planning/inbox-migrations.js'
import type { ItemStamp } from '../model/planning/item-plan.js'
import { beginLink } from '../model/planning/link-identities.js'
import { mergeOfMove } from '../model/planning/move-known.js'
import { canGoBack, joinedBy, partMoved, statusBefore } from '../model/planning/part-moved.js'
import type { ContactInboxRow, ConversationRow, MergeLinks } from '../model/planning/rows.js'
import { type PersonAtUndo, planUndo } from '../model/planning/undo-inbox-move.js'
import type { MemoryAccount } from './account.js'
import { partContactsIfLast } from './operations/unmerge-contacts.js'
import { undoMerge } from './operations/unmerge-conversations.js'
import { conversationsOf, countsOf, groupOf, matchIn } from './people-of-inbox.js'

interface FoundPerson extends PersonAtUndo {
  readonly head: ContactInboxRow
  readonly group: readonly ContactInboxRow[]
  readonly rows: readonly ConversationRow[]
  /** Those whom the migration has made one with this person, whom it has not moved: the last one first. */
  readonly joined: readonly MergeLinks[]
}

/** Moves those of the heads back whom the migration `undone` has moved. */
export function movePeopleBack(
  account: MemoryAccount,
  row: InboxMigrationRow,
  undone: string,
  heads: readonly ContactInboxRow[],
  ids: readonly string[],
  stamp: ItemStamp,
): Omit<MovedBatch, 'cursor'> {
  const isConversion = account.inboxMigrations.get(undone)?.kind === 'convert'
  const people = heads.flatMap((head) => personOf(account, row, undone, head) ?? [])
  const { back, copies, waiting, skipped } = planUndo(
    people.filter(({ joined }) => joined.length === 0),
    ids,
  )
  const going = back.flatMap(({ rows }) => rows.filter(({ id }) => account.moved.conversations.get(id)?.by === undone))
  const staying = back.flatMap(({ rows }) => rows.filter(({ id }) => account.moved.conversations.get(id)?.by !== undone))
  const group = back.flatMap((person) => person.group)
  for (const person of back) personBack(account, row, person, copies, stamp.now)
  for (const conversation of staying) leaveBehind(account, conversation, copies)
  for (const conversation of going.toSorted((a, b) => compareBytes(a.id, b.id))) {
    moveBack(account, row.destinationOaId, conversation, isConversion, stamp.now)
  }

  const joined = people.flatMap((person) => person.joined)
  const parted = joined.filter((links) => partBack(account, row.destinationOaId, undone, links, isConversion, stamp))
  const apart = parted.flatMap(({ conversations }) => conversations.flatMap(({ id }) => account.world.conversation(id) ?? []))
  const contactInboxes = group.length + parted.reduce((sum, { lostIds }) => sum + lostIds.length, 0)
  return {
    moved: countsOf(account, contactInboxes, [...going, ...apart]),
    unsettled: back.length + waiting + parted.length,
    skipped: skipped + joined.length - parted.length,
    contactsMerged: 0,
  }
}

/** Null for a person of whom the migration has moved nothing. */
function personOf(account: MemoryAccount, row: InboxMigrationRow, undone: string, head: ContactInboxRow): FoundPerson | null {
  const { contactInboxes, conversations } = account.moved
  const group = groupOf(account, head)
  if (!group.some(({ id }) => contactInboxes.get(id)?.by === undone)) return null
  const rows = conversationsOf(account, group)
  const marks = group.flatMap(({ id }) => contactInboxes.get(id) ?? [])
  const isMoved = contactInboxes.get(head.id)?.by === undone
  return {
    head,
    customerId: head.customerId,
    isMoved,
    isJoinedByOther: marks.some(({ by, links }) => links !== undefined && by !== undone),
    joined: isMoved ? [] : joinedBy(marks, undone),
    group,
    rows,
    conversations: rows.map(({ id, parts }) => ({ id, isMoved: conversations.get(id)?.by === undone, isMerged: parts.length > 0 })),
    matchedBy: matchIn(account, row.destinationOaId, head, null),
  }
}

function moveBack(account: MemoryAccount, oaId: string, row: ConversationRow, isConversion: boolean, now: Date): void {
  const mark = account.moved.conversations.get(row.id)
  if (mark === undefined) return
  const windowExpiresAt = isConversion ? row.windowExpiresAt : mark.windowExpiresAt
  account.mark('conversations', row.id, undefined)
  const back = { ...row, oaId, channel: mark.channel, windowExpiresAt, version: row.version + 1, updatedAt: now }
  account.world.putConversation({ ...back, ...statusBefore(account.world, back, mark) })
}

/** Parts somebody from a person of the destination, and moves them back. False for somebody who stays. */
function partBack(
  account: MemoryAccount,
  oaId: string,
  undone: string,
  links: MergeLinks,
  isConversion: boolean,
  stamp: ItemStamp,
): boolean {
  const { moved, world } = account
  const marks = {
    contactInbox: (id: string) => moved.contactInboxes.get(id),
    conversation: (id: string) => moved.conversations.get(id),
  }
  if (!canGoBack(world, oaId, links, marks)) return false
  const mergeId = mergeOfMove(undone, links.lost.id)
  const merged = undoMergeOf(account, mergeId, links, { ...stamp, operationId: undone })
  if (merged === 'refused') return false
  partMoved(beginLink(world, stamp, undone), links, marks, { oaId, keepsWindow: isConversion, undone: merged })
  for (const { id } of links.lostIds) account.mark('contactInboxes', id, undefined)
  for (const { id } of links.conversations) account.mark('conversations', id, undefined)
  partContactsIfLast(account, mergeId, { operationId: undone, now: stamp.now })
  return true
}

/** Undoes the merge of the two conversations, if the move has made one. */
function undoMergeOf(account: MemoryAccount, mergeId: string, { conversations }: MergeLinks, stamp: ChangeStamp) {
  if (conversations.every(({ id }) => account.conversations.rows.has(id))) return null
  const merge = account.merges.rows.get(mergeId)
  if (merge === undefined || merge.undoneAt !== null) return 'refused'
  try {
    const { kept, lost } = undoMerge(account, merge, stamp)
    return { keptId: kept.id, lostId: lost.id }
  } catch (error) {
    if (!isConversationStoreError(error, 'MERGE_REFUSED')) throw error
    return 'refused'
  }
}

function personBack(
  account: MemoryAccount,
  { sourceOaId, destinationOaId: oaId }: InboxMigrationRow,
  { head, group }: FoundPerson,
  copies: ReadonlyMap<string, string>,
  now: Date,
): void {
  const { moved, people } = account
  const ofHead = moved.contactInboxes.get(head.id)
  for (const row of group) {
    const channel = (moved.contactInboxes.get(row.id) ?? ofHead)?.channel ?? row.channel
    account.mark('contactInboxes', row.id, undefined)
    people.putContactInbox({ ...row, oaId, channel })
  }
  const copyOf = (id: string) => copies.get(id) ?? id
  if (!copies.has(head.id)) return
  for (const row of group) {
    const canonicalId = row.canonicalId === null ? null : copyOf(row.canonicalId)
    const scopes = row.scopes?.map(copyOf) ?? null
    const channel = people.inboxes.get(sourceOaId)?.channel ?? row.channel
    const fresh = { channel, previousHeadId: null, droppedEvents: 0, createdAt: now }
    people.putContactInbox({ ...row, id: copyOf(row.id), canonicalId, scopes, ...fresh })
  }
}

/** Puts a conversation, with all that is under it, under the copies of its person. */
function leaveBehind({ world, messages, events }: MemoryAccount, row: ConversationRow, copies: ReadonlyMap<string, string>): void {
  const under = <T extends { readonly contactInboxId: string; readonly scopeId: string }>(each: T): T => ({
    ...each,
    contactInboxId: copies.get(each.contactInboxId) ?? each.contactInboxId,
    scopeId: copies.get(each.scopeId) ?? each.scopeId,
  })
  world.putConversation({ ...row, contactInboxId: copies.get(row.contactInboxId) ?? row.contactInboxId })
  for (const message of messages.under(row.id)) world.putMessage(under(message))
  for (const event of [...events.rows.values()].filter(({ conversationId }) => conversationId === row.id)) {
    world.deleteEvent(event)
    world.putEvent(under(event))
  }
}
