import type { EventInput, MessageEventInput } from '../../src/model/event-inputs.js'
import { grouped } from '../histories/grouped.js'
import { type Components, componentsOf, provedBy } from './components.js'
import type { History, Write } from './history.js'

export interface ExpectedMessage {
  readonly messageId: string | null
  readonly localId: string | null
  readonly text: string
  /** Null for inbound messages. */
  readonly status: string | null
  /** The customer's. */
  readonly emoji: string | null
}

/** The ids of one person that are proved to be theirs, and what must be stored of that person in the end. */
export interface Part {
  readonly name: string
  readonly person: number
  /** All ids that any call names. */
  readonly ids: ReadonlySet<string>
  readonly writes: readonly Write[]
  readonly messages: readonly ExpectedMessage[]
}

export interface Expected {
  readonly parts: readonly Part[]
  readonly components: Components
}

/** What must be stored in the end, in whatever order the calls came. */
export function expectedOf({ calls }: History): Expected {
  const components = componentsOf(calls)
  const writes = calls.filter((call) => call.what === 'write')
  const named = grouped(
    calls.flatMap((call) => [call.customerId, ...provedBy(call).flatMap((ids) => ids.map(({ id }) => id))].map((id) => ({ call, id }))),
    ({ call, id }) => components(call.person, id),
  )
  const parts = [...grouped(writes, ({ person, customerId }) => components(person, customerId))].map(([name, own]) => {
    const person = own[0]?.person ?? -1
    const ids = new Set((named.get(name) ?? []).map(({ id }) => id))
    return { name, person, ids, writes: own, messages: messagesOf(own.flatMap(({ events }) => events)) }
  })
  return { parts, components }
}

function messagesOf(events: readonly EventInput[]): readonly ExpectedMessage[] {
  const messages = events.filter((event) => event.type === 'message')
  const known = new Set(messages.flatMap(({ localId, messageId }) => [localId ?? [], messageId ?? []].flat()))
  const sent = events
    .filter((event) => event.type === 'message_sent')
    .filter(({ localId, messageId }) => known.has(localId) || known.has(messageId))
  const both = [...messages, ...sent].filter(({ localId, messageId }) => localId !== undefined && messageId !== undefined)
  const idOfLocal = new Map(both.map(({ localId, messageId }) => [localId, messageId]))
  const localOfId = new Map(both.map(({ localId, messageId }) => [messageId, localId]))
  const copies = grouped(messages, ({ localId, messageId }) => messageId ?? idOfLocal.get(localId) ?? `local ${localId}`)
  return [...copies.values()].flatMap((same) => {
    const [first] = same
    if (first === undefined) return []
    const messageId = same.find((each) => each.messageId !== undefined)?.messageId ?? idOfLocal.get(first.localId) ?? null
    const localId = same.find((each) => each.localId !== undefined)?.localId ?? localOfId.get(messageId ?? undefined) ?? null
    return [{ messageId, localId, text: textOf(first, messageId, events), ...deliveryOf(same, messageId, events) }]
  })
}

function textOf({ text = '' }: MessageEventInput, messageId: string | null, events: readonly EventInput[]): string {
  if (events.some((event) => event.type === 'message_delete' && event.targetMessageId === messageId)) return ''
  const edits = events.filter((event) => event.type === 'message_edit').filter(({ targetMessageId }) => targetMessageId === messageId)
  const [last] = edits.sort((a, b) => (b.editNumber ?? 0) - (a.editNumber ?? 0))
  return last?.text ?? text
}

function deliveryOf(same: readonly MessageEventInput[], messageId: string | null, events: readonly EventInput[]) {
  const reactions = events.filter((event) => event.type === 'reaction').filter(({ targetMessageId }) => targetMessageId === messageId)
  const [last] = reactions.sort((a, b) => timeOf(b) - timeOf(a))
  const emoji = last?.emoji ?? null
  if (same[0]?.direction !== 'outbound') return { status: null, emoji }
  const sentAt = Math.min(...same.map(timeOf))
  const receipts = events
    .filter((event) => event.type === 'receipt')
    .filter(({ messageIds = [], watermark }) => {
      return messageId !== null && (messageIds.includes(messageId) || (watermark !== undefined && watermark.getTime() >= sentAt))
    })
  const reached = (['read', 'delivered'] as const).find((status) => receipts.some((receipt) => receipt.status === status))
  return { status: messageId === null ? 'pending' : (reached ?? 'sent'), emoji }
}

function timeOf({ occurredAt }: EventInput): number {
  return occurredAt?.getTime() ?? 0
}
