import { serverUrl } from '../contract/server.js'
import { openDatabase, type TestDatabase } from './database.js'

interface Stored {
  _id: string
  [field: string]: unknown
}

const collections = ['contacts', 'contact_inboxes', 'conversations', 'messages', 'contact_interaction_events'] as const
const references = ['_id', 'contact_inbox_id', 'contact_id', 'conversation_id', 'last_message_row_id']
const atOnce = 5_000
export const unreadEach = 50

/**
 * Opens a database with `customers` customers, each with one open conversation, one message and one event. All of them
 * are copies of what the library wrote. One conversation in `unreadEach` is unread.
 */
export async function openGrown(customers: number): Promise<TestDatabase> {
  const database = await openDatabase(serverUrl('mongoReplicaSet'))
  const { account, db } = database
  await account.connectInbox({ oaId: 'page', channel: 'messenger', chatbotId: 'bot' })
  const model = { oaId: 'page', customerId: 'model' }
  await account.upsertConversationWithEvents({ ...model, events: [{ type: 'message', messageId: 'model', text: 'hello' }] })
  for (const name of collections) {
    const collection = db.collection<Stored>(name)
    const filter = name === 'contacts' ? { _id: (await account.findContact(model))?.id ?? '' } : await filterOf(database, name)
    const document = await collection.findOne(filter)
    if (document === null) throw new Error(`the model has no document in ${name}`)
    for (let first = 0; first < customers; first += atOnce) {
      const copies = Array.from({ length: Math.min(atOnce, customers - first) }, (_, index) => copyOf(document, first + index))
      await collection.insertMany(copies, { ordered: false, writeConcern: { w: 1 } })
    }
  }
  return database
}

async function filterOf({ account }: TestDatabase, name: string): Promise<Record<string, unknown>> {
  if (name === 'contact_inboxes' || name === 'conversations') return { customer_id: 'model' }
  const conversation = await account.findByOaAndCustomer({ oaId: 'page', customerId: 'model' })
  return { conversation_id: conversation?.id }
}

/** Copies a document with new ids. The higher the index, the earlier its times are. */
function copyOf(document: Stored, index: number): Stored {
  const copy: Stored = { ...document }
  for (const field of references) if (typeof copy[field] === 'string') copy[field] = `${copy[field]}-${index}`
  for (const [field, value] of Object.entries(copy)) if (value instanceof Date) copy[field] = new Date(value.getTime() - index * 1_000)
  if ('unread_count' in copy) copy.unread_count = index % unreadEach === 0 ? 1 : 0
  return 'customer_id' in copy ? { ...copy, customer_id: `customer-${index}` } : copy
}
