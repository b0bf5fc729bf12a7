import { mongo } from 'conversation-store/mongo'
import { MongoClient } from 'mongodb'
import { startThrowawayReplicaSet } from '../../test/servers/mongo.js'
import { processorOf } from '../index-sets/rounds.js'
import { accountId, measureMessages } from './measure.js'

async function measure(url: string): Promise<void> {
  const client = new MongoClient(url)
  try {
    await client.connect()
    const db = client.db('figure_waiting')
    await measureMessages({
      name: 'MongoDB',
      adapter: mongo({ client, db }),
      async leaveWaiting(customerId, count) {
        const own = await db.collection('contact_inboxes').findOne({ accountId, customer_id: customerId })
        for (let from = 1; from <= count; from += 10_000) {
          const rows = Array.from({ length: Math.min(10_000, count - from + 1) }, (_, n) => waitingRow(String(own?._id), from + n))
          await db.collection<{ _id: string }>('contact_interaction_events').insertMany(rows)
        }
      },
      async processor() {
        const { pid } = await client.db('admin').command({ serverStatus: 1 })
        return processorOf(Number(pid))
      },
    })
  } finally {
    await client.close()
  }
}

function waitingRow(contactInboxId: string, n: number) {
  const target = n % 2 === 0 ? { target_message_id: `never ${n}`, local_id: null } : { target_message_id: null, local_id: `never ${n}` }
  return {
    _id: `${contactInboxId} ${n}`,
    accountId,
    contact_inbox_id: contactInboxId,
    waiting: true,
    type: n % 2 === 0 ? 'reaction' : 'message_failed',
    ...target,
    sender_id: 'x',
    direction: 'inbound',
    payload: { emoji: 'x', error: 'x' },
    dedupe_key: `key ${n}`,
    operation_id: `operation ${n}`,
    occurred_at: new Date(),
    created_at: new Date(Date.now() - 24 * 60 * 60 * 1000 + n),
  }
}

const server = await startThrowawayReplicaSet(['--wiredTigerCacheSizeGB', '1', '--oplogSize', '1024'])
try {
  await measure(server.url)
} finally {
  await server.stop()
}
