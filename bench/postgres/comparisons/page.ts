import type { AccountConversations } from 'conversation-store'
import type { Pool } from 'pg'
import type { OpenComparison, Variant } from '../../comparison.js'
import { account } from '../customers.js'
import { openSchemas } from '../prepare.js'
import { returnedColumns } from '../rivals/columns.js'
import { ourConversations } from '../rivals/ours.js'
import { requireAnswer } from '../rivals/rival.js'

const limit = 50
const near = 1_000
const far = 45_000
const names = {
  far: `conversation-store, at depth ${far.toLocaleString('en')}`,
  near: `conversation-store, at depth ${near.toLocaleString('en')}`,
  row: `pg, row comparison, at depth ${far.toLocaleString('en')}`,
  or: `pg, keyset with "or", at depth ${far.toLocaleString('en')}`,
  offset: `pg, offset ${far.toLocaleString('en')}`,
}

export const openPostgresPage: OpenComparison = async ({ postgresUrl }) => {
  const database = await openSchemas({ server: postgresUrl, name: 'bench_page', schemas: ['ours'] }, { customers: 50_000 })
  const conversations = ourConversations(database.pool('ours', 1))
  const pool = database.pool('ours', 1)
  const [atNear, atFar] = await walk(conversations, [near, far])
  const first = `select ${returnedColumns('c')} from conversations c where c.account_id = '${account}' and c.status = 'open'`
  const after = [atFar.lastActivityAt, atFar.id]
  return {
    id: 'postgres-page',
    title: 'A page of 50 of `listConversations({ status: "open" })`, on PostgreSQL',
    note: 'Of 50,000 open conversations; the cursors come from walking there. The last three are what hosts write, for contrast.',
    concurrency: [1],
    variants: [
      ourPage(names.far, conversations, atFar),
      ourPage(names.near, conversations, atNear),
      page(names.row, pool, atFar, 'row', `${first} and (c.last_activity_at, c.id) < ($1, $2)`, after),
      page(names.or, pool, atFar, 'or', `${first} and (c.last_activity_at < $1 or (c.last_activity_at = $1 and c.id < $2))`, after),
      page(names.offset, pool, atFar, 'offset', first, [], `offset ${far}`),
    ],
    goals: [{ of: names.far, against: names.near, atMost: 1.1 }],
    close: () => database.close(),
  }
}

interface Place {
  readonly cursor: string
  /** The last conversation before the page. `next` is the id of the first one on the page. */
  readonly id: string
  readonly lastActivityAt: Date
  readonly next: string
}

async function walk(conversations: AccountConversations, [near, far]: readonly [number, number]): Promise<readonly [Place, Place]> {
  const places = new Map<number, Place>()
  let cursor: string | undefined
  for (let depth = 0; depth < far; ) {
    const { items, nextCursor } = await conversations.listConversations({ status: 'open', limit: 500, ...(cursor && { cursor }) })
    const last = items.at(-1)
    if (nextCursor === null || last === undefined) throw new Error(`the list ends at ${depth + items.length}`)
    cursor = nextCursor
    depth += items.length
    if (depth !== near && depth !== far) continue
    const { items: following } = await conversations.listConversations({ status: 'open', limit: 1, cursor })
    places.set(depth, { cursor, id: last.id, lastActivityAt: last.lastActivityAt, next: following[0]?.id ?? '' })
  }
  const [nearPlace, farPlace] = [places.get(near), places.get(far)]
  if (nearPlace === undefined || farPlace === undefined) throw new Error('the walk stepped over a depth')
  return [nearPlace, farPlace]
}

function ourPage(name: string, conversations: AccountConversations, { cursor, next }: Place): Variant {
  return {
    name,
    async operation() {
      const { items } = await conversations.listConversations({ status: 'open', limit, cursor })
      requireAnswer(items.length === limit && items[0]?.id === next, name, items[0])
    },
  }
}

function page(name: string, pool: Pool, { next }: Place, key: string, where: string, values: readonly unknown[], offset = ''): Variant {
  const text = `${where} order by c.last_activity_at desc, c.id desc limit ${limit} ${offset}`
  return {
    name,
    async operation() {
      const { rows } = await pool.query({ name: `page_${key}`, text, values: [...values] })
      requireAnswer(rows.length === limit && rows[0]?.id === next, name, rows[0])
    },
  }
}
