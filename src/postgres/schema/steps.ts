import { storeOwner } from '../../migrator/kernel/migration.js'
import { functionsOf } from '../functions/functions.js'
import { createFunctionSql, signatureOf } from '../functions/sql-function.js'
import type { PostgresMigration, RunnablePostgresMigration, SqlContext } from '../migrator/migration.js'
import { runnableMigrations } from '../migrator/runnable.js'
import { createNames, type Names } from '../names.js'
import { indexesOf } from './indexes.js'
import { closeFunctionsSql, rememberFunctionsSql } from './rights.js'
import type { SchemaStep } from './schema-step.js'
import { tables } from './steps/001-tables.sql.js'
import { doubles } from './steps/035-doubles.sql.js'
import { links } from './steps/038-links.sql.js'
import { leases } from './steps/045-leases.sql.js'
import { webhookJournal } from './steps/046-webhook-journal.sql.js'
import { historyProgress } from './steps/055-history-progress.sql.js'
import { syncLocks } from './steps/060-sync-locks.sql.js'
import { syncState } from './steps/061-sync-state.sql.js'
import { inboxMigrations } from './steps/062-inbox-migrations.sql.js'
import { inboxUndos } from './steps/063-inbox-undos.sql.js'
import { movedContacts } from './steps/064-moved-contacts.sql.js'
import { inboxRedirects } from './steps/066-inbox-redirects.sql.js'
import { matchedNumbers } from './steps/098-matched-numbers.sql.js'
import { dropRemovedFunctionsSql, syncFunctions } from './sync-objects.js'

/**
 * The numbered steps, each in a file of its own that never changes once it is released. CONTRIBUTING.md tells how to
 * add one.
 */
export const migrationSteps: readonly SchemaStep[] = [
  tables,
  doubles,
  links,
  leases,
  webhookJournal,
  historyProgress,
  syncLocks,
  syncState,
  inboxMigrations,
  inboxUndos,
  movedContacts,
  inboxRedirects,
  matchedNumbers,
]

/** The steps of what a store may do without, for whoever makes it again. */
export const syncSteps: readonly SchemaStep[] = [syncLocks, syncState]

/**
 * The steps and the texts of the functions share one sequence of numbers. With every change of a function, and with
 * every new step, raise this above both.
 */
const functionsRevision = 102
/** The number of this library's schema. */
export const latestSchema = Math.max(functionsRevision, ...migrationSteps.map(({ number }) => number))

/** What the store's migrations have in common. They run in the tenants' databases, unless the host says otherwise. */
const ofTheStore = { owner: storeOwner, tx: true, isPublic: false, isTenant: true } as const

/** The functions as a repeatable migration, for the reasons in docs/decisions/repeatable-functions.md. */
const functions: PostgresMigration = {
  ...ofTheStore,
  id: migrationName(functionsRevision, 'functions'),
  repeatable: true,
  // It belongs to every version of the schema, so it tells which indexes the steps of this one have made.
  sqlIndexes: (context) => indexesOf(createNames(context)),
  description: "The functions that write: the store's one write path, and what other languages call.",
  steps: [
    {
      name: 'functions',
      sql: (context) => functionsSql(createNames(context)),
      inShort: (context) => functionsInShort(createNames(context)),
    },
  ],
  down: [{ name: 'drop functions', sql: (context) => dropFunctions(createNames(context)) }],
}

/** The store's own schema, as the migrator runs it. */
export const storeMigrations: readonly PostgresMigration[] = [
  ...migrationSteps.map((step) => ({
    ...ofTheStore,
    id: migrationName(step.number, step.name),
    description: step.description,
    steps: [{ name: step.name, sql: (context: SqlContext) => step.statements(createNames(context), context) }],
    down: [{ name: `drop ${step.name}`, sql: (context: SqlContext) => step.undo(createNames(context)) }],
  })),
  functions,
]

function migrationName(number: number, name: string): string {
  return `${String(number).padStart(3, '0')}-${name}`
}

let runnable: readonly RunnablePostgresMigration[] | undefined

/**
 * The store's own schema as the runner sees it. It is made on first use, because its checksums read all the schema's
 * text.
 */
export function runnableStoreMigrations(): readonly RunnablePostgresMigration[] {
  runnable ??= runnableMigrations(storeMigrations)
  return runnable
}

/**
 * Creates the functions, and takes the new ones from the public and from roles that have them by default privileges.
 * Over an RPC gateway, anybody could write into every account with a function that is open to all.
 */
export function functionsSql(names: Names): readonly string[] {
  const functions = functionsOf(names)
  const all = functions.map(({ name }) => name)
  const ofSync = functions.flatMap((fn) => (syncFunctions.includes(fn.name) ? [signatureOf(names, fn)] : []))
  return [
    rememberFunctionsSql(names, all),
    ...functions.map((fn) => createFunctionSql(names, fn)),
    closeFunctionsSql(names, all),
    dropRemovedFunctionsSql(names, ofSync),
  ]
}

function functionsInShort(names: Names): readonly string[] {
  return functionsOf(names).map(
    (fn) => `create or replace function ${names.fn(fn.name)} (${createFunctionSql(names, fn).length} characters)`,
  )
}

function dropFunctions(names: Names): readonly string[] {
  return functionsOf(names).map((fn) => `drop function if exists ${signatureOf(names, fn)}`)
}
