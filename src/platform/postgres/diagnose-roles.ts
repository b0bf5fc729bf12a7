import type { Diagnosis } from '../../migrator/databases.js'
import { columns } from '../../postgres/columns.js'
import type { RunConnection } from '../../postgres/migrator/connection.js'
import { createNames } from '../../postgres/names.js'
import { text } from '../../postgres/readers.js'
import { rightsQuery } from '../../postgres/schema/examine-rights.js'
import { compile, raw, sql } from '../../postgres/sql.js'

const mostSchemas = 100
const schemaRow = columns({ schema: text })
const findingRow = columns({ finding: text })

/** Tells of the first hundred schemas that have a ledger which roles lack something there, and which have too much. */
export async function diagnoseRoles(connection: RunConnection): Promise<Diagnosis> {
  const schemas = await connection.run(
    compile(sql`select n.nspname as schema from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relname = 'conversation_store_migrations' and c.relkind = 'r' order by 1 limit ${mostSchemas}`),
  )
  const found: string[] = []
  for (const { schema } of schemas.map(schemaRow.of)) {
    const rows = await connection.run(compile(raw(rightsQuery(createNames({ schema: text(schema) })))))
    found.push(...rows.map((row) => `${text(schema)}: ${text(findingRow.of(row).finding)}`))
  }
  const check = 'roles'
  if (found.length === 0) return { check, state: 'ok', found: 'nobody else has rights on the tables and functions' }
  const more = found.length > 5 ? `; and ${found.length - 5} more` : ''
  return { check, state: 'warning', found: `${found.slice(0, 5).join('; ')}${more}` }
}
