import type { ContractBackend, RawReader } from '../../../src/contract/index.js'
import { isConversationStoreError } from '../../../src/model/errors.js'
import { type ConversationStore, createConversationStore } from '../../../src/store/create-conversation-store.js'
import { inOrder, storedState, timeless } from '../../contract/model/stored-state.js'
import { type Call, sendCall } from '../../histories/call.js'
import type { Names, PreparedState } from './prepared-states.js'
import type { Side } from './racing-calls.js'
import { renamed } from './renamed.js'

/** A store for the preparation and one for each side, with ids that say who has made them. */
export interface WorldOfTrial {
  readonly names: Names
  send(side: Side, accountId: string, call: Call): Promise<unknown>
  /** What is stored in the end, and what the sides were answered, in a form in which two worlds can be compared. */
  seen(answers: Readonly<Record<Side, unknown>>): Promise<unknown>
}

export const accounts = ['acme', 'umbrella'] as const
const now = new Date(Date.UTC(2024, 4, 2, 12))

/** Brings a part of the backend, which only this trial uses, into a state. */
export async function worldOfTrial(backend: ContractBackend, state: PreparedState, run: string): Promise<WorldOfTrial> {
  const store = (maker: string, clock: () => Date): ConversationStore => {
    let ids = 0
    const newId = () => `${run}-${maker}${String(++ids).padStart(3, '0')}`
    return createConversationStore({ adapter: backend.createAdapter(), clock, newId })
  }
  let time = now.getTime() - 3_600_000
  const conversations: string[] = []
  const webhooks: string[] = []
  const names: Names = { oaId: `${run}-page`, conversations, webhooks, supportsEvents: backend.supportsEvents, now }
  const preparing = store('0', () => {
    time += 1_000
    return new Date(time)
  })
  for (const [index] of state.calls(names).entries()) {
    // A later call may name what an earlier one made.
    const call = state.calls(names)[index]
    if (call === undefined) continue
    const result = await sendCall(preparing, `${run}-acme`, call)
    const id: unknown = Reflect.get(Object(Reflect.get(Object(result), 'conversation')), 'id')
    if (typeof id === 'string' && !conversations.includes(id)) conversations.push(id)
    if (call.method === 'keepWebhook') webhooks.push(String(Reflect.get(Object(result), 'id')))
  }
  const sides = { a: store('a', () => now), b: store('b', () => now) }
  return {
    names,
    send: (side, accountId, call) => sendCall(sides[side], `${run}-${accountId}`, call).then(isOfLeases(call) ? timeless : same, told),
    async seen(answers) {
      const people = await namesOfPeople(backend.raw, run)
      const seen = {
        answers,
        stored: await stored(backend.raw, run, people),
        owners: [await owner(backend.raw, names, 'sms'), await owner(backend.raw, names, 'messenger')],
      }
      return JSON.parse(JSON.stringify(renamed(seen, people)).replaceAll(run, 'run'))
    },
  }
}

const same = (answer: unknown): unknown => answer

function isOfLeases({ method }: Call): boolean {
  return method === 'acquireLease' || method === 'renewLease' || method === 'listLeases'
}

function told(error: unknown): unknown {
  // Both say that the customer has an active conversation. Which one depends on when the latest was looked up.
  if (isConversationStoreError(error, 'ACTIVE_CONVERSATION_EXISTS'))
    return { code: 'INVALID_TRANSITION', details: { from: 'open', to: 'open' } }
  return isConversationStoreError(error) ? { code: error.code, details: error.details } : { raw: String(error) }
}

async function stored(raw: RawReader, run: string, people: ReadonlyMap<string, string>): Promise<readonly unknown[]> {
  // The rows are put in order by their names, because their ids are the adapter's choice.
  return Promise.all(accounts.map(async (accountId) => inOrder(renamed(await storedState(raw, `${run}-${accountId}`), people))))
}

async function owner(raw: RawReader, { oaId }: Names, channel: string): Promise<unknown> {
  const row = await raw.owner(channel, oaId)
  return row && { account: row.account_id, inbox: row.inbox_id }
}

/**
 * Which of several new ids a contact inbox or a contact gets is the adapter's choice, so they are named after their
 * customer here. A contact of several customers is named after the first of them.
 */
async function namesOfPeople(raw: RawReader, run: string): Promise<ReadonlyMap<string, string>> {
  const rows = (await Promise.all(accounts.map((accountId) => raw.contactInboxes(`${run}-${accountId}`)))).flat()
  const byCustomer = [...rows].sort((a, b) => (String(a.customer_id) < String(b.customer_id) ? 1 : -1))
  return new Map([
    ...byCustomer.map((row) => [String(row.id), `contact inbox of ${row.customer_id}`] as const),
    ...byCustomer.map((row) => [String(row.contact_id), `contact of ${row.customer_id}`] as const),
  ])
}
