import type { PostgresDriver } from '../../postgres/drivers.js'
import { readOne } from './sessions.js'

/** The columns of a table that a row is inserted with: all but those that the server generates. */
export function insertable(driver: PostgresDriver, schema: string, name: string): Promise<string> {
  return readOne<string>(
    driver,
    `select to_json(string_agg(pg_catalog.quote_ident(a.attname), ', ' order by a.attnum))::text
from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1::text and c.relname = $2::text and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''`,
    [schema, name],
  )
}
