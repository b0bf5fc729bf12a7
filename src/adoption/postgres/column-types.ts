import { refusal } from '../../model/validation/refusal.js'
import type { PostgresDriver } from '../../postgres/drivers.js'
import { readOne } from './sessions.js'

/**
 * The types of some columns of a host's table, as SQL writes them. Throws VALIDATION_FAILED for one that is not there.
 */
export async function columnTypes(
  driver: PostgresDriver,
  schema: string,
  name: string,
  columns: readonly string[],
): Promise<(column: string) => string> {
  const types = await readOne<Readonly<Record<string, string>>>(
    driver,
    `select coalesce(json_object_agg(a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)), '{}')::text
from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1::text and c.relname = $2::text and a.attnum > 0 and not a.attisdropped`,
    [schema, name],
  )
  const typeOf = (column: string): string => {
    const type = Object.hasOwn(types, column) ? types[column] : undefined
    if (type === undefined) throw refusal([name], `has no column ${column}`)
    return type
  }
  for (const column of columns) typeOf(column)
  return typeOf
}
