import type { InboxMigrationRow, MovedBatch } from '../model/planning/inbox-migrations.js'
import type { ContactInboxRow, ConversationRow } from '../model/planning/rows.js'
import { type PersonAtUndo, planUndo } from '../model/planning/undo-inbox-move.js'
import type { MemoryAccount } from './account.js'
import { conversationsOf, countsOf, groupOf, matchIn } from './people-of-inbox.js'

interface FoundPerson extends PersonAtUndo {
  readonly head: ContactInboxRow
  readonly group: readonly ContactInboxRow[]
  readonly rows: readonly ConversationRow[]
}

/** Moves those of the heads back whom the migration `undone` has moved. */
export function movePeopleBack(
  account: MemoryAccount,
  row: InboxMigrationRow,
  undone: string,
  heads: readonly ContactInboxRow[],
  ids: readonly string[],
  now: Date,
): Omit<MovedBatch, 'cursor'> {
  const people = heads.flatMap((head) => personOf(account, row, undone, head) ?? [])
  const { back, copies, waiting, skipped } = planUndo(people, ids)
  const going = back.flatMap(({ rows }) => rows.filter(({ id }) => account.moved.conversations.get(id)?.by === undone))
  const group = back.flatMap((person) => person.group)
  const moved = countsOf(account, group.length, going)
  const staying = back.flatMap(({ rows }) => rows.filter(({ id }) => account.moved.conversations.get(id)?.by !== undone))
  const isConversion = account.inboxMigrations.get(undone)?.kind === 'convert'
  for (const conversation of going) moveBack(account, row.destinationOaId, conversation, isConversion, now)
  for (const person of back) personBack(account, row, person, copies, now)
  for (const conversation of staying) leaveBehind(account, conversation, copies)
  return { moved, unsettled: back.length + waiting, skipped }
}

/** Null for a person of whom the migration has moved nothing. */
function personOf(account: MemoryAccount, row: InboxMigrationRow, undone: string, head: ContactInboxRow): FoundPerson | null {
  const { contactInboxes, conversations } = account.moved
  const group = groupOf(account, head)
  if (!group.some(({ id }) => contactInboxes.get(id)?.by === undone)) return null
  const rows = conversationsOf(account, group)
  return {
    head,
    customerId: head.customerId,
    isMoved: contactInboxes.get(head.id)?.by === undone,
    group,
    rows,
    conversations: rows.map(({ id, parts }) => ({ id, isMoved: conversations.get(id)?.by === undone, isMerged: parts.length > 0 })),
    matchedBy: matchIn(account, row.destinationOaId, head),
  }
}

function moveBack(account: MemoryAccount, oaId: string, row: ConversationRow, isConversion: boolean, now: Date): void {
  const mark = account.moved.conversations.get(row.id)
  const windowExpiresAt = isConversion ? row.windowExpiresAt : (mark?.windowExpiresAt ?? null)
  account.mark('conversations', row.id, undefined)
  account.world.putConversation({
    ...row,
    oaId,
    channel: mark?.channel ?? row.channel,
    windowExpiresAt,
    version: row.version + 1,
    updatedAt: now,
  })
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
