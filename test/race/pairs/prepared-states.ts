import type { MessageEventInput } from '../../../src/model/event-inputs.js'
import type { CustomerKey } from '../../../src/store/inputs.js'
import type { Call } from '../../histories/call.js'

/** The names that the calls of one trial use. `conversations` are the ids that the preparation has made. */
export interface Names {
  readonly oaId: string
  readonly conversations: readonly string[]
  /** The bodies that the preparation has kept. */
  readonly webhooks: readonly string[]
  readonly supportsEvents: boolean
  /** The time of the two calls. The preparation is from the hour before. */
  readonly now: Date
}

/** Two people of one inbox, who may turn out to be one. */
export const first = ({ oaId }: Names): CustomerKey => ({ oaId, customerId: 'c1' })
export const second = ({ oaId }: Names): CustomerKey => ({ oaId, customerId: 'c2' })
export const username = { customerUsername: 'lan', matchUsername: true } as const

/** A state of the database before the two calls, as the calls that lead to it. */
export interface PreparedState {
  readonly name: string
  /** How often it is raced. Most is at stake where two customers may become one. */
  readonly weight: number
  /** A standalone mongod can't be brought into this state. */
  readonly needsTransactions?: true
  readonly calls: (names: Names) => readonly Call[]
}

const write = (to: CustomerKey, names: Names, ...events: readonly MessageEventInput[]): Call =>
  names.supportsEvents
    ? { method: 'upsertConversationWithEvents', input: { ...to, events } }
    : { method: 'upsertConversation', input: { ...to, nickname: events.map(({ messageId }) => messageId).join() } }

const active = (names: Names): readonly Call[] => [
  write(first(names), names, { type: 'message', messageId: 'm0' }, { type: 'message', direction: 'outbound', localId: 'l0' }),
]
const close = (to: CustomerKey): Call => ({ method: 'closeConversation', input: to })
const closed = (names: Names): readonly Call[] => [...active(names), close(first(names))]
const claim = (to: CustomerKey): Call => ({ method: 'upsertConversation', input: { ...to, ...username } })
const alias = (names: Names): readonly Call[] => [claim(first(names)), claim(second(names))]

const keep = (body: string, retainMs: number): Call => ({
  method: 'keepWebhook',
  input: { channel: 'sms', body: JSON.stringify({ body }), retainMs, holder: 'before', claimMs: 3_600_000 },
})
const settle = ({ webhooks }: Names, index: number, outcome: 'ingested' | 'waiting'): Call => ({
  method: 'settleWebhook',
  input: { id: webhooks[index] ?? 'none', token: 1, outcome, report: {}, ...(outcome === 'waiting' && { retryInMs: 0 }) },
})

export const preparedStates: readonly PreparedState[] = [
  { name: 'nobody has written', weight: 1, calls: () => [] },
  { name: 'one active conversation', weight: 1, calls: active },
  { name: 'one closed conversation', weight: 1, calls: closed },
  {
    name: 'a closed and an active conversation',
    weight: 1,
    calls: (names) => [...closed(names), write(first(names), names, { type: 'message', messageId: 'm1' })],
  },
  {
    name: 'two closed conversations',
    weight: 1,
    calls: (names) => [...closed(names), write(first(names), names, { type: 'message', messageId: 'm1' }), close(first(names))],
  },
  {
    name: 'a snoozed conversation whose time has come',
    weight: 1,
    calls: (names) => [
      ...active(names),
      { method: 'snoozeConversation', input: { ...first(names), until: new Date(names.now.getTime() - 60_000) } },
    ],
  },
  { name: 'an alias of an active customer', weight: 1, needsTransactions: true, calls: alias },
  {
    name: 'an alias of a customer without an active conversation',
    weight: 2,
    needsTransactions: true,
    calls: (names) => [...alias(names), close(first(names))],
  },
  {
    name: 'a closed conversation, and the username with another',
    weight: 4,
    needsTransactions: true,
    calls: (names) => [...closed(names), claim(second(names))],
  },
  {
    name: 'bodies at work, settled and due again',
    weight: 1,
    calls: (names) => [
      keep('at work', 60_000),
      keep('settled', 60_000),
      keep('due again', 86_400_000),
      settle(names, 1, 'ingested'),
      settle(names, 2, 'waiting'),
    ],
  },
  {
    name: 'a connected inbox',
    weight: 1,
    needsTransactions: true,
    calls: (names) => [{ method: 'connectInbox', input: { oaId: names.oaId, channel: 'sms' } }, ...active(names)],
  },
]
