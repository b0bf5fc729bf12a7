import type { OpenComparison, TakeFigures } from '../comparison.js'
import { customerName, newMessages, oaId, openStoreDatabase, type StoreDatabase } from './store-database.js'

const conversations = 500
const messagesEach = 5

/** 500 conversations with 5 new messages each. */
export const openMongoBulk: OpenComparison = async ({ mongoUrl }) => {
  const size = { connections: 16, customers: conversations }
  const bulk = await openStoreDatabase(mongoUrl, size)
  const single = await openStoreDatabase(mongoUrl, size)
  const one = async (index: number) => {
    const key = { oaId, customerId: customerName(index) }
    const { duplicates } = await single.account.upsertConversationWithEvents({ ...key, events: newMessages(messagesEach) })
    if (duplicates > 0) throw new Error('a new message was taken for a duplicate')
  }
  return {
    id: 'mongo-bulk',
    title: `MongoDB: ${conversations} conversations with ${messagesEach} new messages each`,
    note: 'Known customers. The bulk is one call, and one transaction; the single calls are one transaction each.',
    concurrency: [1],
    variants: [
      { name: 'conversation-store bulk', operation: () => sendBulk(bulk, conversations) },
      {
        name: 'single calls, one after another',
        async operation() {
          for (let index = 0; index < conversations; index++) await one(index)
        },
      },
      {
        name: 'single calls, 16 at a time',
        async operation() {
          let next = 0
          const work = async () => {
            while (next < conversations) await one(next++)
          }
          await Promise.all(Array.from({ length: 16 }, work))
        },
      },
    ],
    goals: [
      { of: 'conversation-store bulk', against: 'single calls, one after another', atMost: 1 / 8 },
      { of: 'conversation-store bulk', against: 'single calls, 16 at a time', atMost: 1 / 2.5 },
    ],
    async close() {
      await bulk.close()
      await single.close()
    },
  }
}

/** Counts the commands that a bulk takes, including the commit. */
export const takeMongoBulkCommands: TakeFigures = async ({ mongoUrl }) => {
  const database = await openStoreDatabase(mongoUrl, { connections: 1, customers: 500, isMonitored: true })
  try {
    const figures = []
    for (const count of [10, 500, 1_000]) {
      let commands = 0
      const note = () => {
        commands += 1
      }
      database.client.on('commandStarted', note)
      // In the bulk of a thousand, half of the customers are new, and those cost most.
      await sendBulk(database, count)
      database.client.off('commandStarted', note)
      figures.push({ title: `commands of a bulk of ${count} × ${messagesEach}`, value: commands, unit: 'commands', atMost: 8 })
    }
    return { title: 'MongoDB: commands of a bulk', figures }
  } finally {
    await database.close()
  }
}

async function sendBulk({ account }: StoreDatabase, count: number): Promise<void> {
  const items = Array.from({ length: count }, (_, index) => ({
    oaId,
    customerId: customerName(index),
    events: newMessages(messagesEach),
  }))
  const results = await account.bulkUpsertConversationsWithEvents({ conversations: items })
  if (!results.every((result) => result.ok && result.duplicates === 0)) throw new Error('not every item was written')
}
