import { refusal } from '../../model/validation/refusal.js'
import type { PostgresDriver } from '../../postgres/drivers.js'
import { examineIndexes } from '../../postgres/migrator/indexes/compare-indexes.js'
import type { MigrationSession, PostgresIndex } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import { type ClosedTable, closedNames, conversationsBy } from '../closed-tables.js'
import { columnTypes } from './column-types.js'
import { activeSql } from './conditions.js'
import { readOne } from './sessions.js'
import { type SwapIndexes, swapIndexes } from './unique-indexes.js'

/** The indexes of one column of a connection, declared. */
export interface ConnectionIndexes {
  readonly connection: string
  readonly swap: SwapIndexes
  /** The unique index of the other way to enforce. */
  readonly other: PostgresIndex
  readonly byStatus: PostgresIndex
  /** The same with either direction of the activity: one that the host has already is kept. */
  readonly byActivity: readonly [PostgresIndex, PostgresIndex]
}

/** The table with the connections that it has. Throws VALIDATION_FAILED for a column that is not there. */
export async function presentTable(driver: PostgresDriver, table: ClosedTable): Promise<ClosedTable> {
  const { schema, name, psid, status, activityAt, connections } = table
  await columnTypes(driver, schema, name, [psid, status, activityAt, ...(table.areNamed ? connections : [])])
  const present = await readOne<readonly string[]>(
    driver,
    `select coalesce(json_agg(a.attname), '[]')::text from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1::text and c.relname = $2::text and a.attnum > 0 and not a.attisdropped`,
    [schema, name],
  )
  const found = connections.filter((connection) => present.includes(connection))
  if (found.length === 0) throw refusal(['connections'], `must be given, because ${name} has none of ${connections.join(', ')}`)
  return { ...table, connections: found }
}

export function connectionIndexes(db: PostgresDriver, table: ClosedTable, connection: string): ConnectionIndexes {
  const names = closedNames(table, connection)
  const conversations = conversationsBy(table, connection)
  const isKey = table.enforce === 'key-column'
  const columns = [connection, table.psid].map(quote).join(', ')
  const partial: PostgresIndex = { table: table.name, name: names.active, columns, unique: true, where: activeSql(conversations) }
  const keyed: PostgresIndex = { table: table.name, name: names.key, columns: `${columns}, ${quote(table.keyColumn)}`, unique: true }
  const named = { ...conversations, status: table.status, activityAt: table.activityAt }
  const given = { conversations: named, oldIndex: names.old, newIndex: isKey ? names.key : names.active }
  const swap = swapIndexes(db, given, `_${table.connections.indexOf(connection)}`)
  const byActivity = (direction: string): PostgresIndex => ({
    table: table.name,
    name: names.byActivity,
    columns: `${[connection, table.status, table.activityAt].map(quote).join(', ')}${direction}`,
  })
  return {
    connection,
    swap: { ...swap, wanted: isKey ? keyed : partial, doubles: partial },
    other: isKey ? partial : keyed,
    byStatus: { table: table.name, name: names.byStatus, columns: [connection, table.psid, table.status].map(quote).join(', ') },
    byActivity: [byActivity(''), byActivity(' desc')],
  }
}

/** The indexes beside the unique one that no index of the table stands for. */
export async function missingIndexes(
  session: MigrationSession,
  { schema }: ClosedTable,
  { byStatus, byActivity }: ConnectionIndexes,
): Promise<readonly PostgresIndex[]> {
  const stands = async (index: PostgresIndex) =>
    (await examineIndexes(session, schema, [index], null)).some(
      ({ declared, finding }) => declared !== null && (finding.verdict === 'equal' || finding.verdict === 'renamed'),
    )
  const [rising, falling] = byActivity
  return [...((await stands(byStatus)) ? [] : [byStatus]), ...((await stands(rising)) || (await stands(falling)) ? [] : [rising])]
}
