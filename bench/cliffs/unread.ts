import type { AccountConversations } from 'conversation-store'
import { accountId, type Engines, type MongoEngine, type PostgresEngine } from './engines.js'
import { medianOf, milliseconds } from './timed.js'

const conversations = 300_000
const inboxes = 10
const calls = 15

/** One conversation in ten is active. One in 50 of the active ones has unread messages, and every ninth closed one. */
const isActive = (n: number) => n % 10 === 0
const isUnread = (n: number) => (isActive(n) ? n % 500 === 0 : n % 10 === 1)

const reads: readonly (readonly [string, (account: AccountConversations) => PromiseLike<unknown>])[] = [
  ['list: inbox, active, unread', (account) => account.listConversations({ oaId: 'page1', status: 'active', unread: true })],
  ['list: active, unread', (account) => account.listConversations({ status: 'active', unread: true })],
  ['list: inbox, unread', (account) => account.listConversations({ oaId: 'page1', unread: true })],
  ['count: active, unread', (account) => account.countConversations({ status: 'active', unread: true })],
  ['count: inbox, active, unread', (account) => account.countConversations({ oaId: 'page1', status: 'active', unread: true })],
  ['count: unread', (account) => account.countConversations({ unread: true })],
  ['list: inbox, active', (account) => account.listConversations({ oaId: 'page1', status: 'active' })],
]

/** Prints what it costs to list and to count unread conversations of a large account. */
export async function measureUnread({ postgres, mongo }: Engines): Promise<void> {
  console.log(`Unread conversations of an account with ${conversations.toLocaleString('en')}, median ms of ${calls} calls`)
  await fillPostgres(postgres)
  await fillMongo(mongo)
  await measureReads({ postgres, mongo })
}

async function measureReads({ postgres, mongo }: Pick<Engines, 'postgres' | 'mongo'>): Promise<void> {
  const accounts = {
    'PostgreSQL, custom plan': postgres.planned('force_custom_plan'),
    'PostgreSQL, generic plan': postgres.planned('force_generic_plan'),
    MongoDB: mongo.account,
  }
  const rows = []
  for (const [read, call] of reads) {
    const row: Record<string, string> = { read }
    for (const [title, account] of Object.entries(accounts)) row[title] = milliseconds(await medianOf(async () => call(account), calls))
    rows.push(row)
  }
  console.table(rows)
}

async function fillPostgres({ query }: PostgresEngine): Promise<void> {
  await query(
    `insert into conversations (account_id, id, oa_id, customer_id, contact_inbox_id, contact_id, channel, status, version, unread_count, last_seq,
       read_seq, last_event_seq, last_message_at, last_activity_at, status_changed_at, operations, created_at, updated_at)
     select $1, '01900000-0000-7000-8000-' || lpad(n::text, 12, '0'), 'page' || (n / 10 + n / 500) % $3::integer, 'customer-' || n, 'i' || n, 'p' || n, 'messenger',
       case when n % 10 = 0 then case when n % 100 = 50 then 'snoozed' else 'open' end else 'closed' end, 3,
       case when n % 10 = 0 and n % 500 = 0 or n % 10 = 1 then 2 else 0 end, 4, 0, 4, t, t, t, '[]', t, t
     from (select n, now() - n::bigint * 7919 % $2::integer * interval '1 second' as t from generate_series(1, $2::integer) n) given`,
    [accountId, conversations, inboxes],
  )
  await query('vacuum (freeze, analyze) conversations')
  await query('checkpoint')
}

async function fillMongo({ account, db }: MongoEngine): Promise<void> {
  const collection = db.collection<Record<string, unknown> & { _id: string }>('conversations')
  await account.upsertConversationWithEvents({
    oaId: 'model',
    customerId: 'model',
    events: [{ type: 'message', messageId: 'm', text: 'hello' }],
  })
  const model = await collection.findOne({ accountId })
  if (model === null) throw new Error('the model is absent')
  const { active: _, ...common } = model
  const now = Date.now()
  const atOnce = 5_000
  for (let first = 1; first <= conversations; first += atOnce) {
    const documents = Array.from({ length: atOnce }, (_, index) => {
      const n = first + index
      const at = new Date(now - ((n * 7919) % conversations) * 1_000)
      return {
        ...common,
        _id: `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`,
        oa_id: `page${(Math.floor(n / 10) + Math.floor(n / 500)) % inboxes}`,
        customer_id: `customer-${n}`,
        contact_inbox_id: `i${n}`,
        contact_id: `p${n}`,
        status: isActive(n) ? (n % 100 === 50 ? 'snoozed' : 'open') : 'closed',
        ...(isActive(n) && { active: true }),
        unread_count: isUnread(n) ? 2 : 0,
        last_message_at: at,
        last_activity_at: at,
        status_changed_at: at,
        created_at: at,
        updated_at: at,
      }
    })
    await collection.insertMany(documents, { ordered: false, writeConcern: { w: 1 } })
  }
}
