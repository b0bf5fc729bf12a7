import type { DeliveryStatus, Message } from '../../../src/model/records.js'
import { grouped } from '../grouped.js'
import type { Operation, Told } from '../history.js'
import type { AccountRows, Violation, World } from '../world.js'

/** Readers of events skip none, and readers of messages see no status go back. */
export function readerRules({ operations, accounts }: World): readonly Violation[] {
  return [...accounts.flatMap((rows) => skippedEvents(rows, operations)), ...statusesGoBack(operations)]
}

/** A page of events is the part of the final list that begins after the reader's place. */
function skippedEvents({ accountId, events }: AccountRows, operations: readonly Operation[]): readonly Violation[] {
  const lists = grouped(events, ({ conversation_id }) => conversation_id)
  return operations.flatMap((operation) => {
    if (operation.method !== 'listEvents' || operation.outcome !== 'ok' || operation.accountId !== accountId) return []
    const { conversationId, afterEventSeq = 0 } = operation.input
    const page = operation.result.items.map(({ id, eventSeq }) => `${eventSeq} ${id}`)
    const list = [...(lists.get(conversationId) ?? [])].sort((a, b) => Number(a.event_seq) - Number(b.event_seq))
    const should = list.filter(({ event_seq }) => Number(event_seq) > afterEventSeq).slice(0, page.length)
    const final = should.map(({ id, event_seq }) => `${event_seq} ${id}`)
    if (page.join() === final.join()) return []
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
