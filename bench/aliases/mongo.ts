import { loadavg } from 'node:os'
import { type AccountConversations, createConversationStore } from 'conversation-store'
import { mongo } from 'conversation-store/mongo'
import { MongoClient } from 'mongodb'
import { startThrowawayReplicaSet } from '../../test/servers/mongo.js'
import { processorOf, type Timed, timeInRounds } from '../index-sets/rounds.js'

const rounds = 24
const callsATurn = 20
const oaId = 'page'

/** Prints what a message and a nickname cost under an id that is known as an alias, beside a customer with one id. */
async function measure(url: string): Promise<void> {
  const client = new MongoClient(url)
  try {
    await client.connect()
    const store = createConversationStore({ adapter: mongo({ client, db: client.db('figure_aliases') }) })
    await store.migrate()
    const account = store.forAccount('acme')
    await account.connectInbox({ oaId, channel: 'instagram' })
    const customers = await makeCustomers(account)
    const { pid } = await client.db('admin').command({ serverStatus: 1 })
    let made = 0
    const calls = {
      message: (customerId: string) => {
        const events = [{ type: 'message' as const, messageId: `m${++made}`, text: 'Is it still there?' }]
        return account.upsertConversationWithEvents({ oaId, customerId, events })
      },
      nickname: (customerId: string) => account.upsertConversation({ oaId, customerId, nickname: `nickname ${++made}` }),
    }
    for (const [call, write] of Object.entries(calls)) {
      const writers = customers.map(([name, customerId]) => ({
        name,
        write: async () => {
          for (let n = 0; n < callsATurn; n++) await write(customerId)
        },
      }))
      const timed = await timeInRounds(writers, rounds, processorOf(Number(pid)))
      console.log(`MongoDB, a ${call}, by the server’s processor; ${rounds} rounds of ${callsATurn}, load ${loadavg()[0]?.toFixed(1)}`)
      console.table(timed.map(rowOf))
    }
  } finally {
    await client.close()
  }
}

async function makeCustomers(account: AccountConversations): Promise<readonly (readonly [name: string, customerId: string])[]> {
  const claimOf = (customerUsername: string) => ({ customerUsername, matchUsername: true })
  const writing = (customerId: string) => ({ oaId, customerId, events: [{ type: 'message' as const, messageId: 'first', text: 'hello' }] })
  for (const name of ['alone', 'with a new alias', 'with a known alias']) {
    await account.upsertConversationWithEvents({ ...writing(name), ...claimOf(name) })
  }
  await account.upsertConversation({ oaId, customerId: 'new alias', ...claimOf('with a new alias') })
  await account.upsertConversationWithEvents({ ...writing('known alias'), events: [{ type: 'message', messageId: 'other', text: 'hello' }] })
  await account.closeConversation({ oaId, customerId: 'known alias' })
  await account.upsertConversation({ oaId, customerId: 'known alias', ...claimOf('with a known alias') })
  return [
    ['a customer with one id', 'alone'],
    ['the head of an alias that had not written', 'with a new alias'],
    ['an alias that had not written', 'new alias'],
    ['the head of an alias that had written', 'with a known alias'],
    ['an alias that had written', 'known alias'],
  ]
}

function rowOf({ name, time, ratio: { median, q1, q3 } }: Timed) {
  return {
    'who calls': name,
    'ms a call': (time / callsATurn).toFixed(3),
    'ratio to one id': `${median.toFixed(2)} (${q1.toFixed(2)}–${q3.toFixed(2)})`,
  }
}

const server = await startThrowawayReplicaSet(['--wiredTigerCacheSizeGB', '1', '--oplogSize', '1024'])
try {
  await measure(server.url)
} finally {
  await server.stop()
}
