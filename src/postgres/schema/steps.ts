import { storeOwner } from '../../migrator/kernel/migration.js'
import { functionsOf } from '../functions/functions.js'
import { createFunctionSql, signatureOf } from '../functions/sql-function.js'
import type { PostgresIndex, PostgresMigration, RunnablePostgresMigration } from '../migrator/migration.js'
import { runnableMigrations } from '../migrator/runnable.js'
import { createNames, type Names } from '../names.js'
import { partitionedSql } from './partitions.js'
import { tablesSql } from './tables.js'

/** How the tables are laid out. */
export interface Layout {
  /** Hash partitions by account of every account's table; null: plain tables. */
  readonly partitions: number | null
}

/** One step of the store's schema, a migration of its own. One that was released is never edited: what changes is a further step. */
export interface SchemaStep {
  readonly number: number
  readonly name: string
  readonly description: string
  statements(names: Names, layout: Layout): readonly string[]
  undo(names: Names): readonly string[]
}

export const migrationSteps: readonly SchemaStep[] = [
  {
    number: 1,
    name: 'tables',
    description: "The store's tables and the indexes that its queries and guards need.",
    statements: (names, { partitions }) => partitionedSql(names, tablesSql(names), partitions),
    undo: dropTables,
  },
  {
    number: 2,
    name: 'functions',
    description: "The functions that write: the store's one write path, and what other languages call.",
    statements: functionsSql,
    undo: (names) => functionsOf(names).map((fn) => `drop function if exists ${signatureOf(names, fn)}`),
  },
]
export const latestStep = Math.max(...migrationSteps.map(({ number }) => number))

/** The store's own schema, as the migrator runs it; in the tenants' databases, unless the host says otherwise. */
export const storeMigrations: readonly PostgresMigration[] = migrationSteps.map((step) => ({
  id: `${String(step.number).padStart(3, '0')}-${step.name}`,
  owner: storeOwner,
  description: step.description,
  tx: true,
  isPublic: false,
  isTenant: true,
  steps: [{ name: step.name, sql: (context) => step.statements(createNames(context), context) }],
  down: [{ name: `drop ${step.name}`, sql: (context) => step.undo(createNames(context)) }],
  sqlIndexes: (context) => indexesIn(step.statements(createNames(context), { partitions: null })),
}))

let runnable: readonly RunnablePostgresMigration[] | undefined

/** Made when it is first asked for: its checksums are of all the schema's text. */
export function runnableStoreMigrations(): readonly RunnablePostgresMigration[] {
  runnable ??= runnableMigrations(storeMigrations)
  return runnable
}

/** The functions, and nobody's to call but the owner's: over an RPC gateway an open one writes into every account. */
function functionsSql(names: Names): readonly string[] {
  const functions = functionsOf(names)
  return [
    ...functions.map((fn) => createFunctionSql(names, fn)),
    ...functions.map((fn) => `revoke all on function ${signatureOf(names, fn)} from public`),
  ]
}

function dropTables({ tables: { conversation_store_migrations: _, ...tables } }: Names): readonly string[] {
  return Object.values(tables)
    .reverse()
    .map((table) => `drop table if exists ${table}`)
}

function indexesIn(statements: readonly string[]): readonly PostgresIndex[] {
  return statements.flatMap((statement) => {
    const [, unique, name, table, columns, where] =
      /^create (unique )?index "((?:[^"]|"")*)"\s+on "(?:[^"]|"")*"\."((?:[^"]|"")*)"\s*\(([\s\S]*?)\)(?:\s+where\s+([\s\S]*))?$/.exec(
        statement,
      ) ?? []
    if (name === undefined || table === undefined || columns === undefined) return []
    const condition = where === undefined ? {} : { where }
    return [{ name: unquoted(name), table: unquoted(table), columns, ...(unique ? { unique: true } : {}), ...condition }]
  })
}

function unquoted(name: string): string {
  return name.replaceAll('""', '"')
}
