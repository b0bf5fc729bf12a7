import { refusal } from '../../model/validation/refusal.js'
import type { PostgresDriver } from '../../postgres/drivers.js'
import { quote } from '../../postgres/names.js'
import { readOne } from './sessions.js'

/** The primary key of a host's table, as SQL uses it. */
export interface PrimaryKey {
  readonly columns: readonly string[]
  /** Its columns of the table with an alias: `c."id", c."part"`, each with what is to follow it. */
  of(alias: string, suffix?: string): string
  /** Its values as a JSON array of text. */
  json(alias: string): string
  /** Such an array, as a row of values of the columns' types. */
  row(json: string): string
}

interface Described {
  readonly columns: readonly { readonly name: string; readonly type: string }[] | null
  readonly exists: boolean
}

const query = `select json_build_object('exists', c.oid is not null, 'columns', (select json_agg(json_build_object('name', a.attname,
    'type', pg_catalog.format_type(a.atttypid, a.atttypmod)) order by k.place)
  from pg_catalog.pg_index i cross join lateral unnest(i.indkey::int2[]) with ordinality k(attnum, place)
  join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
  where i.indrelid = c.oid and i.indisprimary and k.place <= i.indnkeyatts))::text
from (select) only_one left join (pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = $1::text)
  on c.relname = $2::text and c.relkind in ('r', 'p')`

/** Throws VALIDATION_FAILED for a table that is not there, or that has no primary key to go over it by. */
export async function primaryKey(driver: PostgresDriver, schema: string, name: string): Promise<PrimaryKey> {
  const { exists, columns } = await readOne<Described>(driver, query, [schema, name])
  if (!exists) throw refusal([name], `is no table of the schema ${schema}`)
  if (columns === null) throw refusal([name], 'needs a primary key, by which it is gone over in batches')
  return {
    columns: columns.map(({ name: column }) => column),
    of: (alias, suffix = '') => columns.map((column) => `${alias}.${quote(column.name)}${suffix}`).join(', '),
    json: (alias) => `json_build_array(${columns.map((column) => `${alias}.${quote(column.name)}::text`).join(', ')})`,
    row: (json) => `(${columns.map(({ type }, at) => `((${json}) ->> ${at})::${type}`).join(', ')})`,
  }
}
