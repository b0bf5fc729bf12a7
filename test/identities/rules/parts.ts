import type { ExpectedMessage, Part } from '../expected.js'
import { holderOf } from '../found.js'
import { idsOfPart, type Outcome, type Problem } from '../outcome.js'
import { recipientOf } from '../recipients.js'

/** Everything that was said to and by one person is there once, in that person's conversations alone. */
export function partRules(outcome: Outcome): readonly Problem[] {
  const { history, found, expected } = outcome
  const problems: Problem[] = []
  const tell = (rule: string, told: string) => problems.push({ rule, told })
  const heads = new Map<string, string>()
  const isTold = (part: Part) => idsOfPart(history, part).length > 0
  for (const part of expected.parts.filter(isTold)) {
    const name = history.people[part.person]?.name ?? ''
    const head = outcome.headOf(part)
    if (head === null) {
      tell('proved ids are one person’s', `${name}: ${idsOfPart(history, part)}`)
      continue
    }
    const other = heads.get(head)
    if (other !== undefined) tell('nobody else becomes the same person', `${part.name} and ${other}`)
    heads.set(head, part.name)
    problems.push(...ofPart(part, head, outcome).map(({ rule, told }) => ({ rule, told: `${name}: ${told}` })))
  }
  for (const row of found.messages) {
    const owners = expected.parts.filter(({ messages }) => messages.some((each) => isRow(each, row)))
    const head = conversationHead(outcome, row.conversation_id)
    // Nothing but a number that was recycled names these people.
    if (!owners.some(isTold)) continue
    if (!owners.some((part) => heads.get(head) === part.name)) {
      const whose = `${row.message_id ?? row.local_id} of ${owners.map(({ name }) => name)}`
      tell('a message stands in its own person’s thread', `${whose} stands in ${heads.get(head)}’s`)
    }
  }
  return problems
}

function ofPart(part: Part, head: string, outcome: Outcome): readonly Problem[] {
  const { history, found, heads } = outcome
  const problems: Problem[] = []
  const tell = (rule: string, told: string) => problems.push({ rule, told })
  const conversations = found.conversations.filter(({ contact_inbox_id }) => heads.get(contact_inbox_id) === head)
  const active = conversations.filter(({ status }) => status !== 'closed')
  if (active.length > 1) tell('a person has one active conversation', `${active.length}`)
  for (const id of idsOfPart(history, part)) {
    if (!found.contactInboxes.some(({ customer_id }) => customer_id === id)) continue
    const seen = found.activeOf.get(id) ?? null
    if (seen !== (active[0]?.id ?? null)) tell('every id finds the active conversation', `${id} finds ${seen}, not ${active[0]?.id}`)
  }
  const own = found.messages.filter(({ conversation_id }) => conversationHead(outcome, conversation_id) === head)
  for (const message of part.messages)
    problems.push(
      ...ofMessage(
        message,
        own.filter((row) => isRow(message, row)),
      ),
    )
  for (const { type, target_message_id, local_id, conversation_id, contact_inbox_id } of found.events) {
    if (conversation_id !== null || heads.get(contact_inbox_id) !== head) continue
    const isThere = part.messages.some(
      ({ messageId, localId }) => (local_id !== null && localId === local_id) || (messageId !== null && messageId === target_message_id),
    )
    if (isThere) tell('nothing waits for what is there', `${type} of ${target_message_id ?? local_id}`)
  }
  const recipient = recipientOf(outcome, part)
  for (const { id } of conversations) {
    const shown = found.shown.get(id)
    if (shown === undefined) tell('a conversation is listed', id)
    else if (recipient !== null && shown.recipientId !== recipient) {
      tell('a person is answered by the current id', `${shown.recipientId} instead of ${recipient}`)
    }
  }
  return problems
}

function ofMessage(expected: ExpectedMessage, rows: Outcome['found']['messages']): readonly Problem[] {
  const id = expected.messageId ?? expected.localId
  const [row] = rows
  if (row === undefined) return [{ rule: 'no message is lost', told: `${id}` }]
  if (rows.length > 1) return [{ rule: 'a message is there once', told: `${id} is there ${rows.length} times` }]
  const emoji = row.reactions.find(({ sender_id }) => sender_id === 'customer')?.emoji ?? null
  const is = { messageId: row.message_id, localId: row.local_id, text: row.text, status: row.status, emoji }
  return Object.entries(is).flatMap(([field, value]) => {
    const should = Reflect.get(expected, field)
    return value === should ? [] : [{ rule: `a message has the right ${field}`, told: `${id} has ${value} instead of ${should}` }]
  })
}

function isRow({ messageId, localId }: ExpectedMessage, row: Outcome['found']['messages'][number]): boolean {
  return (messageId !== null && row.message_id === messageId) || (localId !== null && row.local_id === localId)
}

function conversationHead({ found, heads }: Outcome, conversationId: string): string {
  return heads.get(holderOf(found, conversationId)?.contact_inbox_id ?? '') ?? ''
}
