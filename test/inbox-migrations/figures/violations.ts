import type { RawReader, RawRow } from '../../../src/contract/index.js'
import type { InboxMigration } from '../../../src/store/inbox-move-port.js'
import type { Said } from './talk.js'

/** The rows of an account, read past the library. */
export interface Rows {
  readonly contactInboxes: ReadonlyMap<unknown, RawRow>
  readonly conversations: ReadonlyMap<unknown, RawRow>
  readonly messages: readonly RawRow[]
}

export async function rowsOf(raw: RawReader, accountId: string): Promise<Rows> {
  const byId = (rows: readonly RawRow[]) => new Map(rows.map((row) => [row.id, row]))
  return {
    contactInboxes: byId(await raw.contactInboxes(accountId)),
    conversations: byId(await raw.conversations(accountId)),
    messages: await raw.messages(accountId),
  }
}

/** What is wrong with an account, whatever has moved in it. */
export function wrongRows({ contactInboxes, conversations, messages }: Rows, said: Said): readonly string[] {
  const wrong: string[] = []
  const found = new Map<unknown, number>()
  const inbound = new Map<unknown, number>()
  const kept = keptBy(conversations)
  for (const { id, message_id, text, conversation_id } of messages) {
    found.set(message_id, (found.get(message_id) ?? 0) + 1)
    const shownIn = kept.get(conversation_id) ?? conversation_id
    inbound.set(shownIn, (inbound.get(shownIn) ?? 0) + 1)
    if (said.get(String(message_id)) !== text) wrong.push(`the message ${message_id} has another text`)
    if (!conversations.has(shownIn)) wrong.push(`the message ${id} is in no conversation`)
  }
  for (const id of said.keys()) if (found.get(id) !== 1) wrong.push(`the message ${id} is there ${found.get(id) ?? 0} times`)
  const active = new Map<unknown, number>()
  for (const row of conversations.values()) {
    const own = contactInboxes.get(row.contact_inbox_id)
    if (own?.oa_id !== row.oa_id) wrong.push(`the conversation ${row.id} is in ${row.oa_id}, and its customer in ${own?.oa_id}`)
    if (row.unread_count !== (inbound.get(row.id) ?? 0)) wrong.push(`${row.unread_count} messages of ${row.id} are unread`)
    const head = own?.canonical_id ?? own?.id
    if (row.status !== 'closed') active.set(head, (active.get(head) ?? 0) + 1)
  }
  for (const [head, count] of active) if (count > 1) wrong.push(`the customer ${head} has ${count} active conversations`)
  for (const { id, customer_id, oa_id, canonical_id } of contactInboxes.values()) {
    if (canonical_id !== null && contactInboxes.get(canonical_id)?.oa_id !== oa_id) wrong.push(`the id ${customer_id} (${id}) was parted`)
  }
  return wrong
}

/** The conversation in which each merged one is shown. */
function keptBy(conversations: Rows['conversations']): ReadonlyMap<unknown, unknown> {
  const kept = new Map<unknown, unknown>()
  for (const { id, merged_parts } of conversations.values()) {
    for (const part of Array.isArray(merged_parts) ? merged_parts : []) kept.set(Reflect.get(Object(part), 'id'), id)
  }
  return kept
}

/** That a migration has come to another end, and why. */
export function notCompleted({ status, errorMessage, errorBacktrace }: InboxMigration): readonly string[] {
  return status === 'completed' ? [] : [`it is ${status}: ${errorMessage}\n${errorBacktrace}`]
}

/** What is wrong with the counts of a migration that is over, and with who has stayed. */
export function wrongMove(migration: InboxMigration, before: Rows, after: Rows): readonly string[] {
  const { id, onActiveConflict, moved, sourceOaId, destinationOaId } = migration
  const wrong = [...notCompleted(migration)]
  const isMoved = ({ moved: mark }: RawRow) => Reflect.get(Object(mark), 'by') === id
  const merged = keptBy(after.conversations)
  const ofMove = new Set([...after.conversations.values()].filter(isMoved).map((row) => row.id))
  const people = [...after.contactInboxes.values()].filter(isMoved)
  const messagesOf = (rows: Rows) => rows.messages.filter(({ conversation_id }) => ofMove.has(conversation_id)).length
  // A merged conversation has moved and has no row, and its messages are of the one that shows it.
  const isExact = onActiveConflict !== 'merge' || merged.size === 0
  if (isExact && moved.conversations !== ofMove.size)
    wrong.push(`${moved.conversations} conversations are counted, and ${ofMove.size} have moved`)
  if (moved.contactInboxes !== people.length) wrong.push(`${moved.contactInboxes} ids are counted, and ${people.length} have moved`)
  if (isExact && (moved.messages < messagesOf(before) || moved.messages > messagesOf(after)))
    wrong.push(`${moved.messages} messages are counted`)
  const there = new Set([...after.contactInboxes.values()].filter(({ oa_id }) => oa_id === destinationOaId).map((row) => row.customer_id))
  for (const { id: own } of before.contactInboxes.values()) {
    const row = after.contactInboxes.get(own)
    if (row?.oa_id !== sourceOaId || row.canonical_id !== null) continue
    const ids = [row, ...[...after.contactInboxes.values()].filter(({ canonical_id }) => canonical_id === own)]
    const mayStay = onActiveConflict === 'skip' && ids.some(({ customer_id }) => there.has(customer_id))
    if (!mayStay) wrong.push(`${row.customer_id} has stayed`)
  }
  return wrong
}
