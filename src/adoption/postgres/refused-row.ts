import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { quote } from '../../postgres/names.js'
import type { RefusedBack } from '../refused-back.js'
import { keyColumns, literal } from './conditions.js'
import type { MergeContext } from './merge-context.js'
import { readOne } from './sessions.js'

/**
 * What an archived conversation would have been a double of, by the server's error. The trigger that stands in for an
 * index names one that is not there, and then it is the key of the merge.
 */
export async function refusedRow({ driver, tables, archive }: MergeContext, number: string, error: unknown): Promise<RefusedBack> {
  const { conversations } = tables
  const { schema } = conversations
  const named = (field: string) => String(Reflect.get(Object(error), field) ?? '')
  const [collection, index] = [named('table') || conversations.name, named('constraint')]
  const columns = await readOne<readonly string[]>(
    driver,
    `select coalesce(json_agg(a.attname order by k.place), '[]')::text
from pg_catalog.pg_index i cross join lateral unnest(i.indkey::int2[]) with ordinality k(attnum, place)
join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
where i.indexrelid = pg_catalog.to_regclass($1::text) and k.place <= i.indnkeyatts`,
    [index === '' ? '' : qualified(schema, index)],
  )
  const fields = columns.length > 0 ? columns : keyColumns(conversations)
  const key = await readOne<RefusedBack['key']>(
    driver,
    `select (select json_object_agg(f, a.document ->> f) from ${archive} a cross join json_array_elements_text($2::json) f where a.number = $1::text::bigint)::text`,
    [number, JSON.stringify(fields)],
  )
  const same = fields.map((field) => `c.${quote(field)}::text = a.document ->> ${literal(field)}`)
  const query = `select c.*, a.document from ${qualified(schema, collection)} c join ${archive} a on ${same.join(' and ')} where a.from_table = ${literal(collection)}`
  return { collection, index, fields, key, query }
}
