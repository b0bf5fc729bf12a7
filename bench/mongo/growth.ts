import type { OpenComparison, Variant } from '../comparison.js'
import { openGrownDatabase } from './grown-database.js'
import { customerName, newMessages, oaId, type StoreDatabase } from './store-database.js'

const small = 10_000
/** How many customers write at present, which is the same in both databases. */
const busy = 2_000

/** Compares each operation in a small and in a large database. */
export const openMongoGrowth: OpenComparison = async ({ mongoUrl, largeDatabase: large }) => {
  const smallDatabase = await openGrownDatabase(mongoUrl, small)
  const grown = await openGrownDatabase(mongoUrl, large)
  const nameOf = (operation: string, size: number) => `${operation}, ${size.toLocaleString('en')} conversations`
  const variants = Object.entries(operations).flatMap(([operation, make]): Variant[] => [
    { name: nameOf(operation, large), operation: make(grown, spread(large)) },
    { name: nameOf(operation, small), operation: make(smallDatabase, spread(small)) },
  ])
  return {
    id: 'mongo-growth',
    title: `MongoDB: growth from ${small.toLocaleString('en')} to ${large.toLocaleString('en')} conversations`,
    note: `In both, ${busy.toLocaleString('en')} customers write at present, evenly spread over the others.`,
    concurrency: [1],
    variants,
    goals: Object.keys(operations).map((operation) => ({
      of: nameOf(operation, large),
      against: nameOf(operation, small),
      atMost: 1.15,
    })),
    async close() {
      await smallDatabase.close()
      await grown.close()
    },
  }
}

const operations: Readonly<Record<string, (database: StoreDatabase, customer: () => string) => () => Promise<unknown>>> = {
  upsertConversation({ account }, customer) {
    let calls = 0
    return async () => {
      calls += 1
      const { outcome } = await account.upsertConversation({ oaId, customerId: customer(), nickname: `Lan ${calls}` })
      if (outcome !== 'updated') throw new Error(`the outcome was ${outcome}`)
    }
  },
  '5 new messages':
    ({ account }, customer) =>
    async () => {
      const { duplicates } = await account.upsertConversationWithEvents({ oaId, customerId: customer(), events: newMessages(5) })
      if (duplicates > 0) throw new Error('a new message was taken for a duplicate')
    },
  findByOaAndCustomer:
    ({ account }, customer) =>
    async () => {
      const customerId = customer()
      const found = await account.findByOaAndCustomer({ oaId, customerId })
      if (found?.customerId !== customerId) throw new Error('the wrong conversation was found')
    },
}

function spread(size: number): () => string {
  const stride = size / busy
  let next = 0
  return () => customerName((next++ % busy) * stride)
}
