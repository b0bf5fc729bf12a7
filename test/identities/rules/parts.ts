import type { ExpectedMessage, Part } from '../expected.js'
import { idsOfPart, type Outcome } from '../outcome.js'
import { recipientOf } from '../recipients.js'

/** Everything that was said to and by one person is there once, in that person's conversations alone. */
export function partRules(outcome: Outcome): readonly string[] {
  const { history, found, expected } = outcome
  const told: string[] = []
  const heads = new Map<string, string>()
  for (const part of expected.parts) {
    const name = history.people[part.person]?.name ?? ''
    const head = outcome.headOf(part)
    if (head === null) {
      told.push(`the ids ${idsOfPart(history, part)} of ${name} are not one person’s`)
      continue
    }
    const other = heads.get(head)
    if (other !== undefined) told.push(`${part.name} and ${other} became one person`)
    heads.set(head, part.name)
    told.push(...ofPart(part, head, outcome).map((problem) => `${name}: ${problem}`))
  }
  for (const row of found.messages) {
    const owners = expected.parts.filter(({ messages }) => messages.some((each) => isRow(each, row)))
    const head = conversationHead(outcome, row.conversation_id)
    if (!owners.some((part) => heads.get(head) === part.name)) {
      told.push(`message ${row.message_id ?? row.local_id} of ${owners.map(({ name }) => name)} stands in ${heads.get(head)}’s thread`)
    }
  }
  return told
}

function ofPart(part: Part, head: string, outcome: Outcome): readonly string[] {
  const { history, found, heads } = outcome
  const told: string[] = []
  const conversations = found.conversations.filter(({ contact_inbox_id }) => heads.get(contact_inbox_id) === head)
  const active = conversations.filter(({ status }) => status !== 'closed')
  if (active.length > 1) told.push(`${active.length} active conversations`)
  for (const id of idsOfPart(history, part)) {
    const seen = found.activeOf.get(id) ?? null
    if (seen !== (active[0]?.id ?? null)) told.push(`${id} finds ${seen} instead of the active conversation ${active[0]?.id}`)
  }
  const own = found.messages.filter(({ conversation_id }) => conversationHead(outcome, conversation_id) === head)
  for (const message of part.messages) told.push(...ofMessage(message, own.filter((row) => isRow(message, row))))
  for (const { type, target_message_id, local_id, conversation_id, contact_inbox_id } of found.events) {
    if (conversation_id !== null || heads.get(contact_inbox_id) !== head) continue
    const isThere = part.messages.some(({ messageId, localId }) =>
      type === 'message_sent' || type === 'message_failed' ? local_id !== null && localId === local_id : messageId === target_message_id,
    )
    if (isThere) told.push(`a ${type} waits for ${target_message_id ?? local_id}, which is there`)
  }
  const recipient = recipientOf(outcome, part)
  for (const { id } of conversations) {
    const shown = found.shown.get(id)
    if (shown === undefined) told.push(`conversation ${id} is in no list`)
    else if (recipient !== null && shown.recipientId !== recipient) {
      told.push(`conversation ${id} is answered to ${shown.recipientId} instead of ${recipient}`)
    }
  }
  return told
}

function ofMessage(expected: ExpectedMessage, rows: Outcome['found']['messages']): readonly string[] {
  const id = expected.messageId ?? expected.localId
  const [row] = rows
  if (row === undefined) return [`message ${id} is lost`]
  if (rows.length > 1) return [`message ${id} is there ${rows.length} times`]
  const emoji = row.reactions.find(({ sender_id }) => sender_id === 'customer')?.emoji ?? null
  const is = { messageId: row.message_id, localId: row.local_id, text: row.text, status: row.status, emoji }
  return Object.entries(is).flatMap(([field, value]) => {
    const should = Reflect.get(expected, field)
    return value === should ? [] : [`${field} of message ${id} is ${value} instead of ${should}`]
  })
}

function isRow({ messageId, localId }: ExpectedMessage, row: Outcome['found']['messages'][number]): boolean {
  return (messageId !== null && row.message_id === messageId) || (localId !== null && row.local_id === localId)
}

function conversationHead({ found, heads }: Outcome, conversationId: string): string {
  const conversation = found.conversations.find(({ id }) => id === conversationId)
  return heads.get(conversation?.contact_inbox_id ?? '') ?? ''
}
