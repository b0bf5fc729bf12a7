import { storeOwner } from '../../migrator/kernel/migration.js'
import { dropFormerSql } from '../functions/former-functions.js'
import { functionsOf } from '../functions/functions.js'
import { createFunctionSql, signatureOf } from '../functions/sql-function.js'
import { createIndexSql, dropIndexSql } from '../migrator/indexes/index-sql.js'
import type { PostgresIndex, PostgresMigration, RunnablePostgresMigration, SqlContext } from '../migrator/migration.js'
import { runnableMigrations } from '../migrator/runnable.js'
import { createNames, type Names } from '../names.js'
import { addContactMerges, removeContactMerges } from './contact-merges.js'
import { createUnlessBuilt } from './create-unless-built.js'
import { addGroups, removeGroups } from './groups.js'
import { addHistory, removeHistory } from './history.js'
import { addIdentities, removeIdentities } from './identities.js'
import {
  contactMergeIndexesOf,
  firstIndexesOf,
  identityIndexesOf,
  lastingIndexesOf,
  mergeIndexesOf,
  receiptIndexesOf,
  timeIndexesOf,
  unreadIndexesOf,
  waitingIndexesOf,
} from './indexes.js'
import { addMerges, removeMerges } from './merges.js'
import { createTableSql } from './partitions.js'
import { closeFunctionsSql, closeTablesSql, rememberFunctionsSql } from './rights.js'
import { storeTables } from './tables.js'
import { addWaitingCustomers, removeWaitingCustomers } from './waiting-customers.js'
import { formerWaitingIndex } from './waiting-indexes.js'

/** How the tables are laid out. */
export interface Layout {
  /** The number of hash partitions by account of every table that holds an account's rows, or null for plain tables. */
  readonly partitions: number | null
}

/**
 * One step of the store's schema, which is a migration of its own. A released step is never edited: a change is a new
 * step.
 */
export interface SchemaStep {
  readonly number: number
  readonly name: string
  readonly description: string
  statements(names: Names, layout: Layout): readonly string[]
  undo(names: Names): readonly string[]
  /** The indexes that the statements make. */
  indexes(names: Names): readonly PostgresIndex[]
}

export const migrationSteps: readonly SchemaStep[] = [
  {
    number: 1,
    name: 'tables',
    description: "The store's tables and the indexes that its queries and guards need.",
    statements: createTables,
    undo: dropTables,
    indexes: lastingIndexesOf,
  },
  {
    number: 3,
    name: 'rights',
    description: 'Takes from the new tables what default privileges gave away, and turns their row security on.',
    statements: (names) => [closeTablesSql(names)],
    undo: () => [],
    indexes: () => [],
  },
  {
    number: 4,
    name: 'unread',
    description: 'The index of the conversations that have unread messages.',
    statements: (names) => unreadIndexesOf(names).map((index) => createUnlessBuilt(names.schema, index)),
    undo: (names) => unreadIndexesOf(names).map(({ name }) => dropIndexSql(names.schema, name, { concurrently: false })),
    indexes: unreadIndexesOf,
  },
  {
    number: 5,
    name: 'waiting-events',
    description: 'The indexes by which a write finds what waits for it, and the count of the events that were dropped.',
    statements: boundWaitingEvents,
    undo: unboundWaitingEvents,
    indexes: waitingIndexesOf,
  },
  {
    number: 6,
    name: 'delivery',
    description: 'What a message keeps of its delivery, so that its status is the same in whatever order it was told.',
    statements: keepDelivery,
    undo: forgetDelivery,
    indexes: () => [],
  },
  {
    number: 7,
    name: 'groups',
    description: 'Under which ids the messages and events of one person are stored, and which id brought each of them.',
    statements: addGroups,
    undo: removeGroups,
    indexes: () => [],
  },
  {
    number: 8,
    name: 'identities',
    description: 'By which ids a person is known and since when, and which contacts turned out to be one.',
    statements: addIdentities,
    undo: removeIdentities,
    indexes: identityIndexesOf,
  },
  {
    number: 9,
    name: 'receipts',
    description: 'The index by which a receipt finds its message that names the inbox alone.',
    statements: (names) => receiptIndexesOf(names).map((index) => createUnlessBuilt(names.schema, index)),
    undo: (names) => receiptIndexesOf(names).map(({ name }) => dropIndexSql(names.schema, name, { concurrently: false })),
    indexes: receiptIndexesOf,
  },
  {
    number: 10,
    name: 'lists-by-time',
    description: 'The index by which messages are listed in the order in which they were said.',
    statements: (names) => timeIndexesOf(names).map((index) => createUnlessBuilt(names.schema, index)),
    undo: (names) => timeIndexesOf(names).map(({ name }) => dropIndexSql(names.schema, name, { concurrently: false })),
    indexes: timeIndexesOf,
  },
  {
    number: 11,
    name: 'history',
    description: 'Which messages and events were brought in as history, and which of the messages count for nothing.',
    statements: addHistory,
    undo: removeHistory,
    indexes: () => [],
  },
  {
    number: 12,
    name: 'waiting-customers',
    description: 'Since when the customer of a conversation waits for an answer, and when the last answer was given.',
    statements: addWaitingCustomers,
    undo: removeWaitingCustomers,
    indexes: () => [],
  },
  {
    number: 13,
    name: 'merges',
    description: 'Which conversations were merged into others, and what undoing that needs.',
    statements: addMerges,
    undo: removeMerges,
    indexes: mergeIndexesOf,
  },
  {
    number: 14,
    name: 'contact-merges',
    description: 'Which contacts were merged into others, and what undoing that needs.',
    statements: addContactMerges,
    undo: removeContactMerges,
    indexes: contactMergeIndexesOf,
  },
]

/**
 * The steps and the texts of the functions share one sequence of numbers. With every change of a function, raise this
 * above both.
 */
const functionsRevision = 34
/** The number of this library's schema. */
export const latestSchema = Math.max(functionsRevision, ...migrationSteps.map(({ number }) => number))

/** What the store's migrations have in common. They run in the tenants' databases, unless the host says otherwise. */
const ofTheStore = { owner: storeOwner, tx: true, isPublic: false, isTenant: true } as const

/** The functions as a repeatable migration, for the reasons in docs/decisions/repeatable-functions.md. */
const functions: PostgresMigration = {
  ...ofTheStore,
  id: migrationName(functionsRevision, 'functions'),
  repeatable: true,
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
    sqlIndexes: (context: SqlContext) => step.indexes(createNames(context)),
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
function functionsSql(names: Names): readonly string[] {
  const functions = functionsOf(names)
  const all = functions.map(({ name }) => name)
  return [
    rememberFunctionsSql(names, all),
    ...dropFormerSql(names),
    ...functions.map((fn) => createFunctionSql(names, fn)),
    closeFunctionsSql(names, all),
  ]
}

function functionsInShort(names: Names): readonly string[] {
  return functionsOf(names).map((fn) => `create or replace function ${names.fn(fn.name)}`)
}

function dropFunctions(names: Names): readonly string[] {
  return functionsOf(names).map((fn) => `drop function if exists ${signatureOf(names, fn)}`)
}

function createTables(names: Names, { partitions }: Layout): readonly string[] {
  return [
    ...storeTables.flatMap((table) => createTableSql(names, table, partitions)),
    ...firstIndexesOf(names).map((index) => createIndexSql(names.schema, index, { concurrently: false })),
  ]
}

// The contact inboxes come first, because every write locks them before it writes an event: in the other order the step
// and a write could wait for each other.
function boundWaitingEvents(names: Names): readonly string[] {
  return [
    `alter table ${names.tables.contact_inboxes} add column dropped_events integer not null default 0`,
    dropIndexSql(names.schema, names.prefix + formerWaitingIndex, { concurrently: false }),
    ...waitingIndexesOf(names).map((index) => createUnlessBuilt(names.schema, index)),
    // The functions of this schema pass the ids of what arrived. PostgreSQL would keep the former one beside theirs.
    `drop function if exists ${names.fn('apply_waiting')}(text, text, text, text, timestamptz, bigint)`,
  ]
}

function unboundWaitingEvents(names: Names): readonly string[] {
  const former = firstIndexesOf(names).filter(({ name }) => name === names.prefix + formerWaitingIndex)
  return [
    `alter table ${names.tables.contact_inboxes} drop column if exists dropped_events`,
    ...waitingIndexesOf(names).map(({ name }) => dropIndexSql(names.schema, name, { concurrently: false })),
    ...former.map((index) => createIndexSql(names.schema, index, { concurrently: false })),
  ]
}

// A constant default is kept in the catalog, so that no row is written anew.
function keepDelivery({ tables }: Names): readonly string[] {
  const added = ['accepted_at timestamptz(3)', 'is_marked boolean not null default false', 'is_bounced boolean not null default false']
  return [`alter table ${tables.messages} ${added.map((column) => `add column if not exists ${column}`).join(', ')}`]
}

function forgetDelivery({ tables }: Names): readonly string[] {
  return [
    `alter table ${tables.messages} drop column if exists accepted_at, drop column if exists is_marked, drop column if exists is_bounced`,
  ]
}

function dropTables({ tables: { conversation_store_migrations: _, ...tables } }: Names): readonly string[] {
  return Object.values(tables)
    .reverse()
    .map((table) => `drop table if exists ${table}`)
}
