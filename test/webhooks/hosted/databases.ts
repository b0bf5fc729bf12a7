import { randomBytes } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import { createConversationStore } from '../../../src/index.js'

/** A message as it lies in the database. */
interface StoredMessage {
  readonly account: string
  readonly messageId: string
}

/** A conversation as it lies in the database. */
interface StoredConversation {
  readonly account: string
  readonly customerId: string
  readonly status: string
  readonly unread: number
  readonly lastSeq: number
}

/** A migrated database of its own with connected inboxes, whose rows are read without the library. */
export interface HostedDatabase {
  readonly url: string
  messages(): Promise<readonly StoredMessage[]>
  /** The message ids of the events, by account. */
  events(): Promise<readonly StoredMessage[]>
  conversations(): Promise<readonly StoredConversation[]>
  /** Removes all conversations with what belongs to them, and keeps the inboxes. */
  forget(): Promise<void>
  drop(): Promise<void>
}

/** Accounts, each with the phone number id that it has connected. */
type Owners = Readonly<Record<string, string>>

/** The tables, or collections, that a body of new messages writes. */
const written = ['contacts', 'contact_inboxes', 'conversations', 'messages', 'contact_interaction_events']

export const hostedDatabases = { PostgreSQL: postgresDatabase, MongoDB: mongoDatabase } as const

async function postgresDatabase(server: string, owners: Owners, channel = 'whatsapp'): Promise<HostedDatabase> {
  const name = newName()
  const admin = quietPool(server)
  await admin.query(`create database ${name}`)
  const url = Object.assign(new URL(server), { pathname: name }).href
  await prepare(url, owners, channel)
  const pool = quietPool(url)
  const rows = async <Row>(text: string): Promise<readonly Row[]> => (await pool.query(text)).rows
  return {
    url,
    messages: () => rows('select account_id as account, message_id as "messageId" from messages'),
    // The event of a message has its id.
    events: () =>
      rows(`select m.account_id as account, m.message_id as "messageId"
        from contact_interaction_events e join messages m on m.account_id = e.account_id and m.id = e.id where e.type = 'message'`),
    conversations: () =>
      rows(`select account_id as account, customer_id as "customerId", status, unread_count as unread, last_seq as "lastSeq"
        from conversations`),
    forget: async () => void (await pool.query(`truncate ${written.join()}`)),
    async drop() {
      await pool.end()
      await admin.end()
    },
  }
}

async function mongoDatabase(server: string, owners: Owners, channel = 'whatsapp'): Promise<HostedDatabase> {
  const url = Object.assign(new URL(server), { pathname: newName() }).href
  await prepare(url, owners, channel)
  const client = new MongoClient(url)
  const db = client.db()
  const messageIds = (collection: string, filter: object) =>
    db
      .collection(collection)
      .aggregate<StoredMessage>([{ $match: filter }, { $project: { _id: 0, account: '$accountId', messageId: '$message_id' } }])
      .toArray()
  return {
    url,
    messages: () => messageIds('messages', {}),
    events: () => messageIds('contact_interaction_events', { type: 'message' }),
    conversations: () =>
      db
        .collection('conversations')
        .aggregate<StoredConversation>([
          {
            $project: {
              _id: 0,
              account: '$accountId',
              customerId: '$customer_id',
              status: 1,
              unread: '$unread_count',
              lastSeq: '$last_seq',
            },
          },
        ])
        .toArray(),
    async forget() {
      for (const collection of written) await db.collection(collection).deleteMany({})
    },
    async drop() {
      await db.dropDatabase()
      await client.close()
    },
  }
}

async function prepare(url: string, owners: Owners, channel: string): Promise<void> {
  await using store = createConversationStore({ url })
  await store.migrate()
  for (const [account, oaId] of Object.entries(owners)) await store.forAccount(account).connectInbox({ oaId, channel })
}

function quietPool(connectionString: string): Pool {
  const pool = new Pool({ connectionString, max: 2 })
  // The server may go away while a connection is idle.
  pool.on('error', () => {})
  return pool
}

function newName(): string {
  return `hosted_${randomBytes(6).toString('hex')}`
}
