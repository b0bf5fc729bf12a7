import type { ErrorDetails } from '../../../model/errors.js'
import { sqlState } from '../../translate-error.js'
import type { MigrationSession, PostgresIndex } from '../migration.js'
import { indexColumns } from './index-columns.js'
import { qualified } from './index-sql.js'
import { readJson } from './read-json.js'
import { inSavepoint } from './savepoint.js'
import { withSettings } from './session-settings.js'

export type Duplicates = Omit<ErrorDetails['DUPLICATE_KEYS'], 'database' | 'collection' | 'index'>

/** Enough groups to see what they are. `query` lists all of them. */
const mostGroups = 20

/**
 * The duplicates that a unique index would refuse: the largest groups of equal keys, and how many there are in all.
 * Null if that is not known, because the table or a column doesn't exist or counting took longer than `timeoutMs`
 * (milliseconds, default 10,000, 0 for no limit). It reads the whole table, and it also runs in a read-only
 * transaction.
 */
export async function findDuplicates(
  session: MigrationSession,
  schema: string,
  index: PostgresIndex,
  { timeoutMs = 10_000 }: { readonly timeoutMs?: number } = {},
): Promise<Duplicates | null> {
  const columns = indexColumns(index.columns)
  const keys = columns.map(({ key }) => key)
  const fields = columns.map(({ expression }) => expression)
  try {
    const [found] = await inSavepoint(session, () =>
      withSettings(session, { statement_timeout: String(timeoutMs) }, () =>
        readJson<Pick<Duplicates, 'groups' | 'totalGroups' | 'totalDocuments'>>(session, reportSql(schema, index, keys, fields)),
      ),
    )
    return found === undefined ? null : { ...found, fields, query: listSql(schema, index, keys) }
  } catch (error) {
    if (/^(57014|42P01|3F000|42703)$/.test(sqlState(error) ?? '')) return null
    throw error
  }
}

/**
 * Groups of equal keys. Keys that contain a null are left out, because they are never equal to one another, unless the
 * index says so.
 */
function groupsSql(
  schema: string,
  { table, where, nullsNotDistinct = false }: PostgresIndex,
  keys: readonly string[],
  select: readonly string[],
): string {
  const present = nullsNotDistinct ? [] : keys.map((key) => `${key} is not null`)
  const conditions = ['true', ...(where === undefined ? [] : [`(${where})`]), ...present].slice(
    where === undefined && nullsNotDistinct ? 0 : 1,
  )
  return `select ${select.join(', ')} from ${qualified(schema, table)} where ${conditions.join(' and ')} group by ${keys.join(', ')} having count(*) > 1`
}

function listSql(schema: string, index: PostgresIndex, keys: readonly string[]): string {
  return `${groupsSql(schema, index, keys, [...keys, 'count(*)'])} order by count(*) desc`
}

function reportSql(schema: string, index: PostgresIndex, keys: readonly string[], fields: readonly string[]): string {
  const names = keys.map((_, at) => `key_${at}`)
  const groups = groupsSql(schema, index, keys, [...keys.map((key, at) => `${key} as key_${at}`), 'count(*) as rows'])
  const pairs = fields.map((field, at) => `'${field.replaceAll("'", "''")}', key_${at}`)
  return `with duplicates as materialized (${groups})
select json_build_object('totalGroups', (select count(*) from duplicates), 'totalDocuments', (select coalesce(sum(rows), 0) from duplicates),
  'groups', (select coalesce(json_agg(json_build_object('key', json_build_object(${pairs.join(', ')}), 'count', rows) order by rows desc, ${names.join(', ')}), '[]')
    from (select * from duplicates order by rows desc, ${names.join(', ')} limit ${mostGroups}) largest))::text as report`
}
