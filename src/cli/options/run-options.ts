import * as z from 'zod'
import type { AdoptionConfig } from '../../adoption/adoption-config.js'
import type { InboxMigrationsConfig } from '../../inbox-migrations/options.js'
import type { MigrationConfig } from '../../migrations/migration-config.js'
import type { TenantFields, TenantFunction } from '../../migrator/databases.js'
import { runOptionRules } from '../../migrator/run-options.js'
import type { CollectionMigration } from '../../mongo/migrator/migration.js'
import type { PostgresMigration } from '../../postgres/migrator/migration.js'
import type { SourceOf } from '../../sync/source-of.js'
import { logLevels } from '../log.js'
import { type Given, type Option, option, type ValueOf } from './option.js'
import { tenantFields } from './tenant-fields.js'
import { oneOf, serverUrl, trueOrFalse, valueOfFile, waitTime, wholeNumber, word } from './value-kinds.js'

const { concurrency, lockWaitMs, batchSize, indexSet, onError } = runOptionRules
const mongoSchemes = ['mongodb://', 'mongodb+srv://']
const postgresSchemes = ['postgres://', 'postgresql://']

type Fields = Required<MigrationConfig>

/**
 * Every option of a run, with its range, its default and the places where it may be said. The readers of flags, of the
 * environment and of the configuration file, the help and the tables of docs/migrations are all made of this table. The
 * compiler requires an entry for each field of `MigrationConfig`.
 */
export const runOptions = {
  dryRun: option(trueOrFalse, {
    flag: 'dry-run',
    opposite: { flag: 'no-dry-run', about: 'run, although MIGRATION_DRY_RUN or the configuration says not to' },
    variable: 'MIGRATION_DRY_RUN',
    byDefault: false,
    about: 'tell what would be run, and change nothing',
    more: 'It is for `migrate`, `down` and `sync:indexes`.',
  }),
  concurrency: option(wholeNumber(concurrency), {
    flag: 'concurrency',
    byDefault: concurrency.byDefault,
    about: 'tenants at a time',
  }),
  onError: option(oneOf(onError.values), {
    flag: 'on-error',
    byDefault: onError.byDefault,
    about: 'what to do after a tenant that failed',
  }),
  // The migrator allows a day. The command allows an hour, because somebody who types 60000 means milliseconds.
  lockWaitMs: option(waitTime(3_600_000), {
    flag: 'lock-wait',
    byDefault: lockWaitMs.byDefault,
    about: 'how long to wait for another runner',
    more: 'The file says it in milliseconds.',
  }),
  batchSize: option(wholeNumber(batchSize), {
    flag: 'batch-size',
    variable: 'MIGRATION_BATCH_SIZE',
    byDefault: batchSize.byDefault,
    about: 'documents or rows a batch',
  }),
  indexSet: option(oneOf(indexSet.values), {
    flag: 'index-set',
    byDefault: indexSet.byDefault,
    about: 'the indexes that the store needs, or all that are declared',
  }),
  logLevel: option(oneOf(logLevels), {
    variable: 'MIGRATION_LOG_LEVEL',
    byDefault: 'info',
    about: 'the level from which on the log has messages',
  }),
  engine: option(oneOf(['mongo', 'postgres']), { about: 'the kind of server', more: '[The engine](#the-engine) has the rules.' }),
  url: option(serverUrl([...mongoSchemes, ...postgresSchemes]), {
    about: 'the server, where no variable gives it',
    more: 'It is better in the environment: the file is in your repository.',
  }),
  mongodbUri: option(serverUrl(mongoSchemes), {
    variable: 'MONGODB_URI',
    inFile: false,
    about: 'the server, for MongoDB, and the database of a store alone',
  }),
  databaseUrl: option(serverUrl(postgresSchemes), {
    variable: 'DATABASE_URL',
    inFile: false,
    about: 'the server and the database, for PostgreSQL',
  }),
  platform: option(trueOrFalse, {
    flag: 'platform',
    about: 'a public database and its tenants, instead of a store alone',
    more: 'Its [rules](#one-store-or-a-platform) are below.',
  }),
  schema: option(word(), {
    flag: 'schema',
    byDefault: 'public',
    about: 'the schema of a store alone, on PostgreSQL',
  }),
  tablePrefix: option(word('prefix'), {
    flag: 'table-prefix',
    about: 'what the names of its tables, indexes and functions begin with',
  }),
  collectionPrefix: option(word('prefix'), {
    flag: 'collection-prefix',
    about: 'what the names of its collections begin with, on MongoDB',
  }),
  partitions: option(wholeNumber({ least: 2, most: 1_024 }), {
    about: 'the partitions of its tables, as in `postgres({ partitions })`',
  }),
  publicDatabase: option(word(), {
    variable: 'MONGODB_PUBLIC_DATABASE',
    byDefault: 'chat_public',
    about: 'the name of the public database, for MongoDB',
  }),
  publicSchema: option(word(), { byDefault: 'public', about: 'the name of the public schema, for PostgreSQL' }),
  maxPoolSize: option(wholeNumber({ least: 1, most: 1_000 }), {
    variable: 'MONGODB_MAX_POOL_SIZE',
    usual: 10,
    about: 'the most connections of the client, for MongoDB',
  }),
  minPoolSize: option(wholeNumber({ least: 0, most: 1_000 }), {
    variable: 'MONGODB_MIN_POOL_SIZE',
    usual: 2,
    about: 'the connections that it keeps open, for MongoDB',
    more: 'It may not be over `maxPoolSize`.',
  }),
  serverSelectionTimeoutMs: option(wholeNumber({ least: 1, most: 600_000 }), {
    variable: 'MONGODB_SERVER_SELECTION_TIMEOUT_MS',
    usual: 5_000,
    about: 'how long to look for a server that answers, in milliseconds, for MongoDB',
  }),
  socketTimeoutMs: option(wholeNumber({ least: 0, most: 86_400_000 }), {
    variable: 'MONGODB_SOCKET_TIMEOUT_MS',
    usual: 45_000,
    about: 'how long one command may take, in milliseconds, for MongoDB; 0: no limit',
  }),
  leaseTtlMs: option(wholeNumber({ least: 1_000, most: 600_000 }), {
    usual: 30_000,
    about: 'how long a runner that is gone holds the others up, in milliseconds, for MongoDB',
  }),
  migrations: option(
    // The engine checks what the array holds.
    valueOfFile(z.custom<readonly CollectionMigration[] | readonly PostgresMigration[]>(Array.isArray, 'must be an array of migrations')),
    {
      about: 'all migrations, in the order of running',
      more: "The default is the built-in platform's. To keep those, give them too.",
    },
  ),
  tenants: option(valueOfFile<TenantFields | TenantFunction>(tenantFields), {
    about: 'where the tenants come from',
    more: '[Tenants](#tenants) has the forms.',
  }),
  syncSource: option(valueOfFile(z.custom<SourceOf>((value) => typeof value === 'function', 'must be a function')), {
    about: 'gives the source of an inbox’s history to `sync`',
    more: '[The guide of the sync](../sync.md) has one.',
  }),
  adoption: option(valueOfFile(z.custom<AdoptionConfig>((value) => typeof value === 'object' && value !== null, 'must be an object')), {
    about: 'the names of your own tables, for `adopt`',
    more: '[The guide of the adoption](../adoption.md) has one.',
  }),
  inboxMigrations: option(
    valueOfFile(z.custom<InboxMigrationsConfig>((value) => typeof value === 'object' && value !== null, 'must be an object')),
    {
      about: 'between which inboxes people may move, and who hears of it',
      more: '[Its guide](../inbox-migrations.md) has one.',
    },
  ),
  syncAccessToken: option(word('token'), {
    variable: 'SYNC_ACCESS_TOKEN',
    inFile: false,
    about: 'the token with which `sync` reads Meta’s API, where no `syncSource` gives a source',
  }),
} satisfies { readonly [K in keyof Fields]: Option<Fields[K]> } & {
  readonly mongodbUri: Option<string>
  readonly databaseUrl: Option<string>
  readonly syncAccessToken: Option<string>
}

export type RunOptions = typeof runOptions
export type GivenOptions = Given<RunOptions>

/** The values of the options that nobody set. */
export type DefaultOptions = {
  readonly [K in keyof RunOptions as RunOptions[K] extends { readonly byDefault: unknown } ? K : never]: ValueOf<RunOptions[K]>
}
