import { storeOwner } from '../../migrator/kernel/migration.js'
import { connectInboxFunctionSql } from '../functions/connect-inbox.js'
import { markReadFunctionSql } from '../functions/mark-read.js'
import { upsertFunctionsSql } from '../functions/upsert-functions.js'
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
    undo: (names) => functionsOf(names).map((text) => `drop function if exists ${signatureOf(text)}`),
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

function functionsOf(names: Names): readonly string[] {
  return [...upsertFunctionsSql(names), markReadFunctionSql(names), connectInboxFunctionSql(names)]
}

/** The functions, and nobody's to call but the owner's: over an RPC gateway an open one writes into every account. */
function functionsSql(names: Names): readonly string[] {
  const functions = functionsOf(names)
  return [...functions, ...functions.map((text) => `revoke all on function ${signatureOf(text)} from public`)]
}

/** The name and the parameters, as they stand after `create or replace function`; a quoted name may hold anything. */
function signatureOf(createFunction: string): string {
  const signature = /^create (?:or replace )?function ((?:"[^"]*"|[^"])*?\))\s+(?:returns|language)\s/.exec(createFunction)?.[1]
  if (signature === undefined) throw new TypeError('a function of the schema begins with its signature')
  return signature
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
