import type { Db } from 'mongodb'
import { accountId, customerName, openStoreDatabase, type StoreDatabase } from './store-database.js'

interface Stored {
  _id: string
  [field: string]: unknown
}

const atOnce = 5_000

/**
 * Opens a database with so many open conversations, each like one that the library wrote. The indexes are built
 * afterwards, which is several times faster.
 */
export async function openGrownDatabase(serverUrl: string, conversations: number, connections = 16): Promise<StoreDatabase> {
  const [conversation, contactInbox] = await modelDocuments(serverUrl)
  return openStoreDatabase(serverUrl, { connections, customers: 0, fill: (db) => fill(db, conversations, conversation, contactInbox) })
}

async function modelDocuments(serverUrl: string): Promise<readonly [Stored, Stored]> {
  const model = await openStoreDatabase(serverUrl, { connections: 1, customers: 1 })
  try {
    const conversation = await model.db.collection<Stored>('conversations').findOne({ accountId })
    const contactInbox = await model.db.collection<Stored>('contact_inboxes').findOne({ accountId })
    if (conversation === null || contactInbox === null) throw new Error('the model was not written')
    return [conversation, contactInbox]
  } finally {
    await model.close()
  }
}

/** The higher a customer's number, the longer ago the conversation was. */
async function fill(db: Db, count: number, conversation: Stored, contactInbox: Stored): Promise<void> {
  const options = { ordered: false, writeConcern: { w: 1 } } as const
  const now = Date.now()
  for (let first = 0; first < count; first += atOnce) {
    const indexes = Array.from({ length: Math.min(atOnce, count - first) }, (_, index) => first + index)
    const conversations = indexes.map((index) => {
      const at = new Date(now - index * 1_000)
      const ids = { _id: id('c', index), contact_inbox_id: id('i', index), contact_id: id('p', index) }
      const times = { last_activity_at: at, last_message_at: at, last_inbound_at: at, created_at: at, updated_at: at }
      return { ...conversation, ...ids, ...times, customer_id: customerName(index) }
    })
    const contactInboxes = indexes.map((index) => {
      return { ...contactInbox, _id: id('i', index), contact_id: id('p', index), customer_id: customerName(index) }
    })
    await db.collection<Stored>('conversations').insertMany(conversations, options)
    await db.collection<Stored>('contact_inboxes').insertMany(contactInboxes, options)
  }
}

function id(kind: string, index: number): string {
  return `00000000-0000-7000-8000-${kind}${String(index).padStart(11, '0')}`
}
