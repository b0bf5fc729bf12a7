import { requireNotAborted } from '../../model/abort.js'
import type { RunConnection } from '../../postgres/migrator/connection.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { quote } from '../../postgres/names.js'
import { batchPacer } from '../batch-pacer.js'
import type { AdoptionOptions } from '../options.js'
import { remainingTime } from '../remaining-time.js'
import { activeSql, keySql, literal } from './conditions.js'
import type { PrimaryKey } from './primary-key.js'
import { oneOf, rowLockMs } from './sessions.js'
import { changeTable } from './table-changes.js'
import type { SwapIndexes } from './unique-indexes.js'

type Options = Pick<AdoptionOptions, 'signal' | 'logger' | 'onProgress' | 'pace'>

interface Unmarked {
  readonly total: number
  readonly keys: readonly (readonly string[])[]
}

/** So many are kept in memory. Each reading goes over the whole table, because no index has the key in order yet. */
const mostAtOnce = 50_000

/**
 * Marks all but one of each group of doubles, in batches that are short transactions. The trigger that refuses further
 * doubles must stand. A run that ended between two batches is made good by another, to which a marked one is no double.
 */
export async function markDoubles(session: RunConnection, indexes: SwapIndexes, primary: PrimaryKey, options: Options): Promise<void> {
  const { table } = indexes
  const { signal = null, onProgress, pace } = options
  const pacer = batchPacer(pace)
  const remaining = remainingTime(0)
  let done = 0
  for (;;) {
    requireNotAborted(signal)
    const { keys, total } = await oneOf<Unmarked>(session, unmarkedSql(indexes, primary))
    const all = done + total
    for (let at = 0; at < keys.length; ) {
      requireNotAborted(signal)
      const batch = keys.slice(at, at + pacer.size)
      const began = performance.now()
      await changeTable(session, table, options, 'the marks of doubles', [markSql(indexes, primary, batch)], rowLockMs)
      pacer.took(performance.now() - began)
      at += batch.length
      done += batch.length
      await onProgress?.({ name: `marks of doubles of ${table.name}`, done, total: all, remainingMs: remaining(done, all) })
    }
    if (keys.length === total) return
  }
}

/** The doubles that have no mark, but for one of each key. */
function unmarkedSql({ table, key, markColumn }: SwapIndexes, primary: PrimaryKey): string {
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
select json_build_object('total', (select count(*) from doubles),
  'keys', (select coalesce(json_agg(d.key), '[]') from (select key from doubles limit ${mostAtOnce}) d))::text`
}

/**
 * What has changed since the reading does no harm: with the trigger no key gets a further active one, and the mark of a
 * conversation that is alone by now keeps others of its key out as the index over those without a mark does.
 */
function markSql({ table, key, markColumn }: SwapIndexes, primary: PrimaryKey, keys: Unmarked['keys']): string {
  const isActive = key.over === 'active' ? ` and ${activeSql(table, 'c.')}` : ''
  return `update ${qualified(table.schema, table.name)} c set ${quote(markColumn)} = true
from json_array_elements(${literal(JSON.stringify(keys))}::json) k
where (${primary.of('c')}) = ${primary.row('k.value')} and c.${quote(markColumn)} is not true${isActive}`
}
