import type { PostgresDriver } from '../../postgres/drivers.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { quote } from '../../postgres/names.js'
import type { LockingOptions } from '../locking-types.js'
import type { UnderLease } from '../run-pass.js'
import { columnTypes } from './column-types.js'
import { readForeignKeys, refuseForeignKeys } from './foreign-keys.js'
import { archivedSql, type EventIndex, type LockedTables, rankedSql } from './locking-objects.js'
import { overDoubles, someOfDoubles } from './over-doubles.js'
import { oneOf, onRows, readOne } from './sessions.js'

/** The ids of an event, as text, and of the one that is kept of its key. */
type Double = readonly [string, string]

/**
 * Puts the events into the archive of which an earlier one has the key of an index, in batches that are short
 * transactions, and returns how many. Throws UNSUPPORTED if rows of other tables name some.
 */
export async function removeDoubles(
  driver: PostgresDriver,
  tables: LockedTables,
  options: UnderLease<LockingOptions>,
  index: EventIndex,
): Promise<number> {
  const events = { schema: tables.schema, name: tables.events.name }
  const typeOf = await columnTypes(driver, events.schema, events.name, [tables.events.id])
  const statement = removeSql(tables, index, typeOf(tables.events.id))
  let count = 0
  await overDoubles<Double>(options, {
    name: `doubles of ${events.name}`,
    read: (limit) => readOne(driver, doublesSql(tables, index, limit)),
    batch: async (doubles) => {
      count += await onRows(driver, options.signal, async (session) => {
        refuseForeignKeys(events, await readForeignKeys(session, events))
        return oneOf<number>(session, statement, [JSON.stringify(doubles)])
      })
    },
  })
  return count
}

function doublesSql(tables: LockedTables, index: EventIndex, limit: number): string {
  return `with ${rankedSql(tables, index)},
doubles as materialized (select json_build_array(r.id::text, r.kept::text) as key from ranked r where r.place > 1)
${someOfDoubles(limit)}`
}

/**
 * Each goes only if it still has the key of the one that is kept, which nobody can change or delete until the commit.
 */
function removeSql(tables: LockedTables, { keys, where }: EventIndex, idType: string): string {
  const { schema, events } = tables
  const from = qualified(schema, events.name)
  const id = quote(events.id)
  const columns = keys.map(quote)
  return `with pairs as materialized (select (p.value ->> 0)::${idType} as id, (p.value ->> 1)::${idType} as kept from json_array_elements($1::json) p),
held as materialized (select e.* from ${from} e where e.${id} in (select kept from pairs) and e.${where} order by e.${id} for share),
gone as (delete from ${from} e using pairs r, held h
  where e.${id} = r.id and h.${id} = r.kept and e.${where} and ${columns.map((column) => `e.${column} = h.${column}`).join(' and ')}
${archivedSql(tables)}`
}
