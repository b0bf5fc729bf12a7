import { appliedEntrySql, ledgerSql } from '../migrator/ledger.js'
import { statementsOf } from '../migrator/runnable.js'
import { createNames, type Names } from '../names.js'
import { requirePartitions } from './partitions.js'
import { runnableStoreMigrations } from './steps.js'

export interface SchemaSqlOptions {
  /** Default `public`. */
  readonly schema?: string
  /** Put before the name of every table, index and function; default none. */
  readonly tablePrefix?: string
  /** Hash-partitions every account's table by account; default plain tables. */
  readonly partitions?: number
}

/**
 * The whole schema as one SQL text, to paste into an SQL editor or to keep in the host's own migrations. It is one
 * transaction and records itself, so that `store.migrate()` finds it done.
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

// `if not exists` needs the right to create also where the schema exists.
function createSchemaSql({ schema, quotedSchema }: Names): string {
  return `do $create_schema$
begin
  if not exists (select from pg_catalog.pg_namespace where nspname = ${literal(schema)}) then
    execute ${literal(`create schema ${quotedSchema}`)};
  end if;
end
$create_schema$;`
}

/**
 * As an escape string, which means the same under every standard_conforming_strings; without a `$`, which would end the
 * block.
 */
function literal(value: string): string {
  const escaped = value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('$', '\\x24')
  return `e'${escaped}'`
}
