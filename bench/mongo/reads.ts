import type { AccountConversations } from 'conversation-store'
import type { OpenComparison, Variant } from '../comparison.js'
import { warmUp } from '../runner/warm-up.js'
import { openGrownDatabase } from './grown-database.js'
import { accountId, customersInTurn, oaId, openStoreDatabase } from './store-database.js'

const customers = 4_000
const callsBefore = 3_000

export const openMongoReads: OpenComparison = async ({ mongoUrl }) => {
  const database = await openStoreDatabase(mongoUrl, { connections: 16, customers })
  const customer = customersInTurn(customers)
  const conversations = database.db.collection('conversations')
  const names = { ours: 'conversation-store', bare: 'mongodb findOne' }
  const variants: readonly Variant[] = [
    {
      name: names.ours,
      async operation() {
        const customerId = customer()
        const found = await database.account.findByOaAndCustomer({ oaId, customerId })
        if (found?.customerId !== customerId) throw new Error('the wrong conversation was found')
      },
    },
    {
      name: names.bare,
      async operation() {
        const customerId = customer()
        const found = await conversations.findOne({ accountId, oa_id: oaId, customer_id: customerId, active: true })
        if (found?.customer_id !== customerId) throw new Error('the wrong conversation was found')
      },
    },
  ]
  await warmUp(variants, callsBefore)

  return {
    id: 'mongo-reads',
    title: 'MongoDB: findByOaAndCustomer',
    note:
      'The bare driver finds the same document by the same index, and gives it as it is stored. ' +
      `Each way is called ${callsBefore.toLocaleString('en')} times before, so that V8 has compiled it.`,
    concurrency: [1, 16],
    variants,
    goals: [{ of: names.ours, against: names.bare, atMost: 1.1 }],
    close: () => database.close(),
  }
}

const near = 1_000
const far = 45_000
const limit = 50

/** Reads a page of a long list, near its beginning and near its end. */
export const openMongoPage: OpenComparison = async ({ mongoUrl }) => {
  const database = await openGrownDatabase(mongoUrl, 50_000)
  const cursors = await cursorsAt(database.account, [near, far])
  const page = (depth: number): Variant => ({
    name: nameOf(depth),
    async operation() {
      const { items } = await database.account.listConversations({ status: 'open', limit, cursor: cursors.get(depth) ?? '' })
      if (items[0]?.customerId !== `customer-${depth}` || items.length < limit) throw new Error('it was another page')
    },
  })
  return {
    id: 'mongo-page',
    title: `MongoDB: a page of ${limit} of listConversations({ status: 'open' })`,
    note: 'Of 50,000 open conversations; the cursors come from walking there.',
    concurrency: [1],
    variants: [page(far), page(near)],
    goals: [{ of: nameOf(far), against: nameOf(near), atMost: 1.1 }],
    close: () => database.close(),
  }
}

function nameOf(depth: number): string {
  return `conversation-store, at depth ${depth.toLocaleString('en')}`
}

async function cursorsAt(account: AccountConversations, depths: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const cursors = new Map<number, string>()
  const step = 500
  let cursor: string | null = null
  for (let depth = step; cursors.size < depths.length; depth += step) {
    const page: { readonly nextCursor: string | null } = await account.listConversations({
      status: 'open',
      limit: step,
      ...(cursor === null ? {} : { cursor }),
    })
    if (page.nextCursor === null) throw new Error(`the list ends before ${depth}`)
    cursor = page.nextCursor
    if (depths.includes(depth)) cursors.set(depth, cursor)
  }
  return cursors
}
