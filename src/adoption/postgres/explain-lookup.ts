import type { PostgresDriver } from '../../postgres/drivers.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import type { Lookup } from '../allow-closed-types.js'
import { type ClosedTable, conversationsBy } from '../closed-tables.js'
import { activeSql } from './conditions.js'
import { inTransaction, oneOf } from './sessions.js'

interface PlanNode {
  readonly 'Index Name'?: string
  readonly 'Index Cond'?: string
  readonly 'Parent Relationship'?: string
  readonly 'Plan Rows'?: number
  readonly Plans?: readonly PlanNode[]
}

/** For fewer rows than these the server finds every index equally good, and may take one at random. */
const fewRows = 1_000

/**
 * Asks the server how it finds the active conversation of a customer. Reading a small table is cheaper than any index,
 * so the server is told to do without. The values come from queries within, because they have the types of the columns
 * then. Where there are few rows, or few values, as of a connection that nobody uses, it may take an index that serves
 * the order. An index that begins with both columns is what it takes once there are more.
 */
export async function explainLookup(driver: PostgresDriver, table: ClosedTable, connection: string): Promise<Lookup> {
  const from = qualified(table.schema, table.name)
  const columns = [connection, table.psid].map(quote)
  const lookup = (value: (column: string, place: number) => string) =>
    `select * from ${from} where ${columns.map((column, at) => `${column} = ${value(column, at + 1)}`).join(' and ')} and ${activeSql(
      conversationsBy(table, connection),
    )} order by ${quote(table.activityAt)} desc limit 1`
  const index = await inTransaction(driver, { lockMs: 10_000 }, async (session) => {
    const { 'Plan Rows': rows = 0 } = await explain(session, `select from ${from}`)
    const leading = () => oneOf<string | null>(session, leadingIndex, [table.schema, table.name, connection, table.psid])
    if (rows < fewRows) return leading()
    await session.query("select pg_catalog.set_config('enable_seqscan', 'off', true)")
    const plan = await explain(
      session,
      lookup((column) => `(select ${column} from ${from} limit 1)`),
    )
    return indexOf(plan, [connection, table.psid]) ?? leading()
  })
  return { query: lookup((_, place) => `$${place}`), index }
}

const leadingIndex = `select to_json(min(x.relname::text collate "C"))::text from pg_catalog.pg_index i
join pg_catalog.pg_class x on x.oid = i.indexrelid join pg_catalog.pg_class c on c.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0] join pg_catalog.pg_attribute b on b.attrelid = c.oid and b.attnum = i.indkey[1]
where n.nspname = $1::text and c.relname = $2::text and i.indisvalid and i.indpred is null and a.attname = $3::text and b.attname = $4::text`

async function explain(session: MigrationSession, query: string): Promise<PlanNode> {
  const [row = {}] = await session.query(`explain (format json) ${query}`)
  const [found] = Object.values(row)
  const [explained] = (typeof found === 'string' ? JSON.parse(found) : found) as readonly { readonly Plan: PlanNode }[]
  return explained?.Plan ?? {}
}

/** The index that is asked for both columns. Null if there is none, apart from the queries that give the values. */
function indexOf(node: PlanNode, columns: readonly string[]): string | null {
  const condition = node['Index Cond'] ?? ''
  if (node['Index Name'] !== undefined && columns.every((column) => condition.includes(column))) return node['Index Name']
  for (const child of node.Plans ?? []) {
    if (child['Parent Relationship'] === 'InitPlan') continue
    const index = indexOf(child, columns)
    if (index !== null) return index
  }
  return null
}
