import { appliedEntrySql, ledgerSql } from '../migrator/ledger.js'
import { statementsOf } from '../migrator/runnable.js'
import { createNames, type Names } from '../names.js'
import { requirePartitions } from './partitions.js'
import { literal } from './sql-literal.js'
import { runnableStoreMigrations } from './steps.js'

/** The options of `schemaSql`, which are those of `postgres` under the same names. */
export interface SchemaSqlOptions {
  /** The schema of the tables. Default `public`. */
  readonly schema?: string
  /** Text before the name of every table, index and function. Default none, at most 18 bytes. */
  readonly tablePrefix?: string
  /**
   * The number of hash partitions by account, from 2 to 1024, of every table that holds an account's rows. Default
   * plain tables.
   */
  readonly partitions?: number
}

/**
 * The whole schema as one SQL text, to paste into an SQL editor or to keep in the host's own migrations. It is one
 * transaction and records itself in the ledger, so that `store.migrate()` finds it done. Throws VALIDATION_FAILED for
 * names or a number of partitions that PostgreSQL can't hold.
 */
export function schemaSql(options: SchemaSqlOptions = {}): string {
  const names = createNames(options)
  const { schema, quotedSchema, prefix: tablePrefix } = names
  const context = { schema, quotedSchema, tablePrefix, partitions: requirePartitions(options.partitions) }
  const steps = runnableStoreMigrations().flatMap((migration) => [
    `-- ${migration.name}`,
    ...migration.definition.steps.flatMap((step) => statementsOf(step, context)).map((statement) => `${statement};`),
    `${appliedEntrySql(names, migration)};`,
  ])
  return `${['begin;', createSchemaSql(names), `${ledgerSql(names)};`, ...steps, 'commit;'].join('\n\n')}\n`
}

// `if not exists` would need the right to create a schema even when the schema exists.
function createSchemaSql({ schema, quotedSchema }: Names): string {
  return `do $create_schema$
begin
  if not exists (select from pg_catalog.pg_namespace where nspname = ${literal(schema)}) then
    execute ${literal(`create schema ${quotedSchema}`)};
  end if;
end
$create_schema$;`
}
