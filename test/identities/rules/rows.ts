import { grouped } from '../../histories/grouped.js'
import { storedParts } from '../found.js'
import type { Outcome, Problem } from '../outcome.js'

/** The rows agree with each other: heads, scopes, counters, and one row a message of a person. */
export function rowRules({ found, heads }: Outcome): readonly Problem[] {
  const { contactInboxes, conversations, messages, events } = found
  const problems: Problem[] = []
  const tell = (rule: string, told: string) => problems.push({ rule, told })
  const rows = new Map(contactInboxes.map((row) => [row.id, row]))
  for (const { id, customer_id, canonical_id } of contactInboxes) {
    if (canonical_id === null) continue
    const head = rows.get(canonical_id)
    if (head === undefined || head.canonical_id !== null)
      tell('an alias points at a head', `${customer_id} (${id}) is an alias of ${canonical_id}, which is no head`)
  }
  const inboxes = new Map(conversations.flatMap((row) => storedParts(row).map(({ id }) => [id, row.contact_inbox_id] as const)))
  for (const row of conversations) {
    const head = rows.get(row.contact_inbox_id)
    if (head === undefined || head.canonical_id !== null)
      tell('a conversation is a head’s', `conversation ${row.id} is of ${head?.customer_id}, which is no head`)
    let unread = 0
    for (const { id, read_seq, last_seq } of storedParts(row)) {
      const own = messages.filter(({ conversation_id }) => conversation_id === id)
      unread += own.filter(({ direction, seq }) => direction === 'inbound' && seq > read_seq).length
      if (own.some(({ seq }) => seq > last_seq)) tell('lastSeq is the greatest seq', `${id} of conversation ${row.id}: ${last_seq}`)
    }
    if (unread !== row.unread_count)
      tell('unread is exact', `conversation ${row.id} counts ${row.unread_count} unread messages, and has ${unread}`)
  }
  for (const { id, message_id, local_id, contact_inbox_id, conversation_id } of messages) {
    const head = rows.get(inboxes.get(conversation_id) ?? '')
    const scopes = head === undefined ? [] : (head.scopes ?? [head.id])
    if (!scopes.includes(contact_inbox_id)) {
      const told = `${message_id ?? local_id} (${id}) stands in ${contact_inbox_id}, which is no scope of ${head?.customer_id}`
      tell('a message stands in a scope of its person', told)
    }
  }
  const headOfConversation = (id: string | null) => heads.get(inboxes.get(id ?? '') ?? '') ?? ''
  const own = events.filter(
    ({ type, message_id, conversation_id }) => type === 'message' && message_id !== null && conversation_id !== null,
  )
  for (const [key, same] of grouped(own, (row) => `${row.message_id} of ${headOfConversation(row.conversation_id)}`)) {
    if (same.length > 1) tell('a message has one event', `${same.length} are of ${key}`)
  }
  return problems
}
