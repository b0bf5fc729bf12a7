import type { DeliveryStatus, Message } from '../../../src/model/records.js'
import { foldsIn } from '../folds.js'
import { grouped } from '../grouped.js'
import type { Operation, Told } from '../history.js'
import type { AccountRows, Violation, World } from '../world.js'

/** Readers of events skip none, and readers of messages see no status go back. */
export function readerRules({ operations, accounts }: World): readonly Violation[] {
  return [...accounts.flatMap((rows) => skippedEvents(rows, operations)), ...statusesGoBack(operations)]
}

/**
 * A page of events is the part of the final list that begins after the reader's place. The event of a copy that was
 * folded since may be in the page alone.
 */
function skippedEvents(rows: AccountRows, operations: readonly Operation[]): readonly Violation[] {
  const { accountId, events, conversations } = rows
  const lists = grouped(events, ({ conversation_id }) => conversation_id)
  const folds = foldsIn(rows, { operations })
  const copiesIn = (conversationId: string) => {
    const conversation = conversations.find(({ id }) => id === conversationId)
    return conversation === undefined ? 0 : folds.copies(conversation.contact_inbox_id)
  }
  return operations.flatMap((operation) => {
    if (operation.method !== 'listEvents' || operation.outcome !== 'ok' || operation.accountId !== accountId) return []
    const { conversationId, afterEventSeq = 0 } = operation.input
    const page = operation.result.items.map(({ id, eventSeq }) => `${eventSeq} ${id}`)
    const list = [...(lists.get(conversationId) ?? [])].sort((a, b) => Number(a.event_seq) - Number(b.event_seq))
    const there = new Set(list.map(({ id, event_seq }) => `${event_seq} ${id}`))
    const left = page.filter((each) => there.has(each))
    const should = list.filter(({ event_seq }) => Number(event_seq) > afterEventSeq).slice(0, left.length)
    const final = should.map(({ id, event_seq }) => `${event_seq} ${id}`)
    if (left.join() === final.join() && (left.length === page.length || page.length - left.length <= copiesIn(conversationId))) return []
    const told = `${conversationId} after ${afterEventSeq}: ${page.join(', ')} was read, and ${final.join(', ')} is there`
    return [{ rule: 'a reader of events skips none', told, witness: [operation] }]
  })
}

/** A failure takes back what watermarks told, so `failed` may follow any status. The others only go forward. */
const ranks: Readonly<Record<Exclude<DeliveryStatus, 'failed'>, number>> = { pending: 0, sent: 1, delivered: 2, read: 3 }

function statusesGoBack(operations: readonly Operation[]): readonly Violation[] {
  const sightings = operations.flatMap((operation) => messagesIn(operation).map((message) => ({ operation, message })))
  const judged = sightings.filter(({ message }) => message.status !== 'failed')
  return [...grouped(judged, ({ message }) => message.id).values()].flatMap((same) => {
    const rank = ({ message: { status } }: (typeof same)[number]) => (status === null || status === 'failed' ? 0 : ranks[status])
    for (const later of same) {
      const earlier = same.find((each) => each.operation.endedAt < later.operation.invokedAt && rank(each) > rank(later))
      if (earlier === undefined) continue
      const told = `${later.message.id} was ${earlier.message.status} and then ${later.message.status}`
      return [{ rule: 'a status never goes back', told, witness: [earlier.operation, later.operation] }]
    }
    return []
  })
}

function messagesIn(operation: Operation): readonly Told<Message>[] {
  if (operation.outcome !== 'ok') return []
  if (operation.method === 'listMessages') return operation.result.items
  return operation.method === 'findMessage' && operation.result !== null ? [operation.result] : []
}
