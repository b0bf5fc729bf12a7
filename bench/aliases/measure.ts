import { loadavg } from 'node:os'
import type { ConversationAdapter, CustomerIdentity } from 'conversation-store'
import { createConversationStore } from 'conversation-store'
import { type Meter, timeInRounds } from '../index-sets/rounds.js'

const rounds = 40
const callsATurn = 25
const oaId = 'page'
const claim = { customerUsername: 'lan', matchUsername: true }

interface Customer {
  readonly customerId: string
  readonly identities?: readonly CustomerIdentity[]
}

/**
 * Prints what a message and a nickname cost by a second id of a customer, compared with the id that the conversation
 * has, and by a body that names both ids with their kinds. Of one pair the second id has written before it was linked,
 * so there are two scopes to look in.
 */
export async function measureAliases(name: string, adapter: ConversationAdapter, processor: () => Promise<Meter>): Promise<void> {
  const store = createConversationStore({ adapter })
  await store.migrate()
  const account = store.forAccount('acme')
  let made = 0
  const calls = {
    'an inbound message': (customer: Customer) =>
      account.upsertConversationWithEvents({ oaId, ...customer, events: [{ type: 'message', messageId: `m${++made}`, text: 'Hello?' }] }),
    'a nickname': (customer: Customer) => account.upsertConversation({ oaId, ...customer, nickname: `Lan ${++made}` }),
  }
  await account.upsertConversation({ oaId, customerId: 'a stranger' })
  await account.upsertConversation({ oaId, customerId: 'one scope', customerUsername: 'one', matchUsername: true })
  await account.upsertConversation({ oaId, customerId: 'one scope, alias', customerUsername: 'one', matchUsername: true })
  await account.upsertConversation({ oaId, customerId: 'two scopes', ...claim })
  await calls['an inbound message']({ customerId: 'two scopes, alias' })
  await account.closeConversation({ oaId, customerId: 'two scopes, alias' })
  await account.upsertConversation({ oaId, customerId: 'two scopes, alias', ...claim })
  const named = [
    { id: 'named', kind: 'phone' },
    { id: 'named, alias', kind: 'user_id' },
  ]
  await calls['an inbound message']({ customerId: 'named', identities: named })
  const customers = [
    ...['a stranger', 'one scope', 'one scope, alias', 'two scopes', 'two scopes, alias', 'named'].map((customerId) => ({ customerId })),
    ...named.map(({ id }) => ({ customerId: id, identities: named })),
  ]
  for (const [title, call] of Object.entries(calls)) {
    const writers = customers.map((customer) => ({
      name: 'identities' in customer ? `${customer.customerId}, with both ids` : customer.customerId,
      write: async () => {
        for (let n = 0; n < callsATurn; n += 1) await call(customer)
      },
    }))
    for (const [clock, meter] of [
      ['the caller’s clock', () => performance.now()] as const,
      ['the server’s processor', await processor()] as const,
    ]) {
      const timed = await timeInRounds(writers, rounds, meter)
      console.log(`${name}, ${title} by ${clock}; ${rounds} rounds of ${callsATurn} calls, load ${loadavg()[0]?.toFixed(1)}`)
      console.table(
        timed.map(({ name: customer, time, ratio: { median, q1, q3 } }) => ({
          'written by': customer,
          'ms a call': (time / callsATurn).toFixed(3),
          'ratio to the first': `${median.toFixed(2)} (${q1.toFixed(2)}–${q3.toFixed(2)})`,
        })),
      )
    }
  }
}
