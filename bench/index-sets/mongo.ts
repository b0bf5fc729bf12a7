import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { createDeclaredIndexes } from '../../src/mongo/migrator/indexes/index-commands.js'
import { platformIndexes } from '../../src/platform/mongo/indexes.js'
import { startThrowawayReplicaSet } from '../../test/servers/mongo.js'
import { customersInTurn, newMessages, oaId, openStoreDatabase, type StoreDatabase } from '../mongo/store-database.js'
import { costOfEachIndex } from './mongo-each.js'
import { processorOf, type Timed, timeInRounds } from './rounds.js'

const rounds = 16
const callsATurn = 25
const customers = 500

/**
 * Prints what the platform's indexes cost a write compared with the store's alone, as a whole and one by one. The
 * server has to run on this machine.
 */
export async function measureMongoIndexSets(url: string): Promise<void> {
  const open = () => openStoreDatabase(url, { connections: 1, customers })
  const databases = { store: await open(), again: await open(), platform: await open() }
  try {
    for (const collection of ['conversations', 'messages']) {
      const added = platformIndexes.filter((each) => each.collection === collection)
      await createDeclaredIndexes(databases.platform.db, collection, added)
    }
    const { pid } = await databases.store.client.db('admin').command({ serverStatus: 1 })
    const meter = processorOf(Number(pid))
    const load = () => loadavg()[0]?.toFixed(1)
    console.log(`MongoDB, a call for a known customer with 5 new messages; ${rounds} rounds of ${callsATurn} calls, load ${load()}`)
    const sets = [
      { name: 'the store’s', write: calls(databases.store) },
      { name: 'the store’s, again', write: calls(databases.again) },
      { name: 'the platform’s', write: calls(databases.platform) },
    ]
    console.table((await timeInRounds(sets, rounds, meter)).map(rowOfSet))
    const models = { conversation: await modelOf(databases.store, 'conversations'), message: await modelOf(databases.store, 'messages') }
    console.log(`one index of the platform beside the store’s; ${rounds} rounds of 400 documents at once, load ${load()}`)
    const costs = await costOfEachIndex(databases.store.db, models, rounds, meter)
    console.table(
      costs.map(({ index, write, extra, ratio, bytes }) => ({
        index,
        write,
        'µs more': extra.toFixed(1),
        ratio: ratioText(ratio),
        'bytes more': bytes.toFixed(0),
      })),
    )
    console.log(`load at the end ${load()}`)
  } finally {
    for (const database of Object.values(databases)) await database.close()
  }
}

function calls({ account }: StoreDatabase): () => Promise<void> {
  const customer = customersInTurn(customers)
  return async () => {
    for (let call = 0; call < callsATurn; call++) {
      const { outcome } = await account.upsertConversationWithEvents({ oaId, customerId: customer(), events: newMessages(5) })
      if (outcome !== 'updated') throw new Error(`the outcome was ${outcome}`)
    }
  }
}

async function modelOf({ db }: StoreDatabase, collection: string): Promise<Record<string, unknown> & { _id: string }> {
  const document = await db.collection<Record<string, unknown> & { _id: string }>(collection).findOne({})
  if (document === null) throw new Error(`${collection} is empty`)
  return document
}

function rowOfSet({ name, time, ratio }: Timed) {
  return { indexes: name, 'processor, ms a call': (time / callsATurn).toFixed(2), 'ratio to the store’s': ratioText(ratio) }
}

function ratioText({ median, q1, q3 }: Timed['ratio']): string {
  return `${median.toFixed(2)} (${q1.toFixed(2)}–${q3.toFixed(2)})`
}

// The file can be run by itself, with BENCH_MONGODB_URL or with a server of its own that keeps its data below TMPDIR.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = process.env.BENCH_MONGODB_URL
  const server = given
    ? { url: given, stop: async () => {} }
    : await startThrowawayReplicaSet(['--wiredTigerCacheSizeGB', '1', '--oplogSize', '1024'])
  try {
    await measureMongoIndexSets(server.url)
  } finally {
    await server.stop()
  }
}
