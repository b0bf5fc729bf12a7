import type { RunConnection } from '../../postgres/migrator/connection.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { quote } from '../../postgres/names.js'
import type { AdoptionOptions } from '../options.js'
import type { UnderLease } from '../run-pass.js'
import { activeSql, keySql, literal } from './conditions.js'
import { overDoubles, someOfDoubles } from './over-doubles.js'
import type { PrimaryKey } from './primary-key.js'
import { oneOf, rowLockMs } from './sessions.js'
import { changeTable } from './table-changes.js'
import type { SwapIndexes } from './unique-indexes.js'

type Options = UnderLease<Pick<AdoptionOptions, 'signal' | 'logger' | 'onProgress' | 'pace'>>

type Key = readonly string[]

/**
 * Marks all but one of each group of doubles, in batches that are short transactions. The trigger that refuses further
 * doubles must stand. A run that ended between two batches is made good by another, to which a marked one is no double.
 */
export function markDoubles(session: RunConnection, indexes: SwapIndexes, primary: PrimaryKey, options: Options): Promise<void> {
  const { table } = indexes
  return overDoubles<Key>(options, {
    name: `marks of doubles of ${table.name}`,
    read: (limit) => oneOf(session, unmarkedSql(indexes, primary, limit)),
    batch: (keys) => changeTable(session, table, options, 'the marks of doubles', [markSql(indexes, primary, keys)], rowLockMs),
  })
}

/** The doubles that have no mark, but for one of each key. */
function unmarkedSql({ table, key, markColumn }: SwapIndexes, primary: PrimaryKey, limit: number): string {
  const keys = keySql(table, 'c.')
  const conditions = [
    ...(key.over === 'active' ? [activeSql(table, 'c.')] : []),
    ...keys.map((each) => `${each} is not null`),
    `c.${quote(markColumn)} is not true`,
  ]
  const activity = table.activityAt === null ? '' : `c.${quote(table.activityAt)} desc nulls last, `
  return `with doubles as materialized (select ${primary.json('c')} as key
  from (select c.*, row_number() over (partition by ${keys.join(', ')} order by ${activity}${primary.of('c', ' desc')}) as conversation_store_place
    from ${qualified(table.schema, table.name)} c where ${conditions.join(' and ')}) c
  where c.conversation_store_place > 1)
${someOfDoubles(limit)}`
}

/**
 * What has changed since the reading does no harm: with the trigger no key gets a further active one, and the mark of a
 * conversation that is alone by now keeps others of its key out as the index over those without a mark does.
 */
function markSql({ table, key, markColumn }: SwapIndexes, primary: PrimaryKey, keys: readonly Key[]): string {
  const isActive = key.over === 'active' ? ` and ${activeSql(table, 'c.')}` : ''
  return `update ${qualified(table.schema, table.name)} c set ${quote(markColumn)} = true
from json_array_elements(${literal(JSON.stringify(keys))}::json) k
where (${primary.of('c')}) = ${primary.row('k.value')} and c.${quote(markColumn)} is not true${isActive}`
}
