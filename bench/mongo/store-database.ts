import { randomBytes } from 'node:crypto'
import { type AccountConversations, createConversationStore } from 'conversation-store'
import { mongo } from 'conversation-store/mongo'
import { type Db, MongoClient } from 'mongodb'

/** A migrated database of its own, with customers who have an open conversation of two messages each. */
export interface StoreDatabase {
  readonly client: MongoClient
  readonly db: Db
  readonly url: string
  readonly account: AccountConversations
  close(): Promise<void>
}

export interface StoreDatabaseOptions {
  /** The size of the connection pool: one for each caller. */
  readonly connections: number
  readonly customers: number
  /** Whether the client reports its commands, which costs time. */
  readonly isMonitored?: boolean
  /** Inserts conversations and their contact inboxes while these have no indexes, which is several times faster. */
  fill?(db: Db): Promise<void>
}

export const accountId = 'acme'
export const oaId = 'page'

export async function openStoreDatabase(serverUrl: string, options: StoreDatabaseOptions): Promise<StoreDatabase> {
  const { connections, customers, isMonitored = false, fill } = options
  const name = `bench_${randomBytes(6).toString('hex')}`
  const url = new URL(serverUrl)
  url.pathname = name
  const client = await new MongoClient(url.href, { maxPoolSize: connections, monitorCommands: isMonitored }).connect()
  const db = client.db(name)
  const store = createConversationStore({ adapter: mongo({ client, db }) })
  await store.migrate()
  if (fill !== undefined) await withoutIndexes(db, ['conversations', 'contact_inboxes'], () => fill(db))
  const account = store.forAccount(accountId)
  await account.connectInbox({ oaId, channel: 'messenger' })
  await addCustomers(account, customers)
  return {
    client,
    db,
    url: url.href,
    account,
    async close() {
      await db.dropDatabase()
      await store.close()
      await client.close()
    },
  }
}

/** Drops the indexes of these collections while they are filled, and builds them at the end. */
export async function withoutIndexes(db: Db, names: readonly string[], work: () => Promise<void>): Promise<void> {
  const specifications = await Promise.all(names.map((name) => db.command({ listIndexes: name, cursor: { batchSize: 1_000 } })))
  for (const name of names) await db.collection(name).dropIndexes()
  await work()
  for (const [place, name] of names.entries()) {
    const indexes = specifications[place]?.cursor.firstBatch.filter((index: { name: string }) => index.name !== '_id_')
    if (indexes.length > 0) await db.command({ createIndexes: name, indexes })
  }
}

async function addCustomers(account: AccountConversations, customers: number): Promise<void> {
  const atOnce = 500
  for (let first = 0; first < customers; first += atOnce) {
    const conversations = Array.from({ length: Math.min(atOnce, customers - first) }, (_, index) => {
      const customerId = customerName(first + index)
      return { oaId, customerId, nickname: 'new here', events: newMessages(2) }
    })
    await account.bulkUpsertConversationsWithEvents({ conversations })
  }
}

export function customerName(index: number): string {
  return `customer-${index}`
}

let lastMessage = 0

/** Makes inbound messages that no database has seen. */
export function newMessages(count: number): { readonly type: 'message'; readonly messageId: string; readonly text: string }[] {
  return Array.from({ length: count }, () => {
    lastMessage += 1
    return { type: 'message', messageId: `mid.${lastMessage}`, text: `Good morning, is order ${lastMessage} on its way?` }
  })
}

/** Returns the customers in turn, so that callers at the same time write to different ones. */
export function customersInTurn(customers: number): () => string {
  let next = 0
  return () => customerName(next++ % customers)
}
