import type { IndexSet } from '../migrator/migrator.js'
import type { LogLevel } from './log.js'
import type { Option } from './options/option.js'
import type { GivenFlags } from './options/read-options.js'
import { type DefaultOptions, type GivenOptions, runOptions } from './options/run-options.js'
import { refusePlatformFlags, type Scope, scopeOf } from './scope.js'
import { usageError } from './usage-error.js'

/** Everything that decides how a run goes. */
export interface Settings {
  readonly scope: Scope
  readonly server: MongoSettings | PostgresSettings
  readonly migrations: GivenOptions['migrations'] | undefined
  readonly tenants: GivenOptions['tenants'] | undefined
  readonly indexSet: IndexSet
  readonly concurrency: number
  readonly onError: 'continue' | 'stop'
  readonly lockWaitMs: number
  readonly batchSize: number
  readonly dryRun: boolean
  readonly logLevel: LogLevel
  /** What gives `sync` the source of an inbox: a function of the host, or else a token of Meta's API. */
  readonly syncSource: GivenOptions['syncSource'] | undefined
  readonly syncAccessToken: string | undefined
  /** The names of the host's own tables, for `adopt`. */
  readonly adoption: GivenOptions['adoption'] | undefined
  /** What the host says of the migrations of its inboxes. */
  readonly inboxMigrations: GivenOptions['inboxMigrations'] | undefined
}

export interface MongoSettings {
  readonly engine: 'mongo'
  readonly url: string
  /** Where the tenants are listed. A store alone is in the database that the URL names. */
  readonly publicDatabase: string
  /** What the names of a store alone begin with, as the host's own `mongo({ collectionPrefix })` says it. */
  readonly collectionPrefix: string
  /** Null if nobody set it, so that the URL or the default decides. */
  readonly maxPoolSize: number | null
  readonly minPoolSize: number | null
  readonly serverSelectionTimeoutMs: number | null
  readonly socketTimeoutMs: number | null
  /** Null stands for the engine's default. */
  readonly leaseTtlMs: number | null
}

export interface PostgresSettings {
  readonly engine: 'postgres'
  readonly url: string
  readonly publicSchema: string
  /** Where a store alone is, as the host's own `postgres({ schema, tablePrefix, partitions })` says it. */
  readonly schema: string
  readonly tablePrefix: string
  readonly partitions: number | null
}

// Each value is the default of its option, which the compiler can't follow through a loop.
const defaults = Object.fromEntries(
  Object.entries<Option<unknown>>(runOptions).flatMap(([key, { byDefault }]) => (byDefault === undefined ? [] : [[key, byDefault]])),
) as DefaultOptions

/**
 * Flags come first, then the environment, then the file, then the defaults. The environment already holds what `.env`
 * says, because Node adds to it only what was not set.
 */
export function settingsOf(flags: GivenFlags, environment: GivenOptions, config: GivenOptions): Settings {
  const given: GivenOptions = { ...config, ...environment, ...flags }
  const engine = engineOf(given)
  const scope = scopeOf(engine, flags, environment, config)
  if (scope === 'store') refusePlatformFlags(flags)
  const { indexSet, concurrency, onError, lockWaitMs, batchSize, dryRun, logLevel } = { ...defaults, ...given }
  return {
    scope,
    server: engine === 'mongo' ? mongoSettings(given, scope) : postgresSettings(given, config, scope),
    migrations: config.migrations,
    tenants: config.tenants,
    // A store alone has no operator's reports, and its own `migrate()` makes no other set.
    indexSet: scope === 'store' ? 'store' : indexSet,
    concurrency,
    onError,
    lockWaitMs,
    batchSize,
    dryRun,
    logLevel,
    syncSource: config.syncSource,
    syncAccessToken: environment.syncAccessToken,
    adoption: config.adoption,
    inboxMigrations: config.inboxMigrations,
  }
}

/** Throws VALIDATION_FAILED rather than let the run work on another server than the one that was meant. */
function engineOf({ mongodbUri, databaseUrl, engine, url }: GivenOptions): 'mongo' | 'postgres' {
  if (engine === undefined) {
    if (mongodbUri !== undefined) return 'mongo'
    if (databaseUrl !== undefined) return url !== undefined && isOf('mongo', url) ? contradiction('url') : 'postgres'
    if (url === undefined) throw usageError('', nothingConfigured)
    return isOf('postgres', url) ? 'postgres' : 'mongo'
  }
  const [given, other] = engine === 'mongo' ? [mongodbUri, databaseUrl] : [databaseUrl, mongodbUri]
  if (given !== undefined) return engine
  if (url !== undefined) return isOf(engine, url) ? engine : contradiction('url')
  if (other !== undefined) return contradiction(engine === 'mongo' ? 'DATABASE_URL' : 'MONGODB_URI')
  throw engine === 'mongo' ? mongoNeeded() : postgresNeeded()
}

const nothingConfigured = 'set DATABASE_URL or MONGODB_URI: postgres://host:5432/database, mongodb://host:27017/database'
const mongoNeeded = () => usageError('MONGODB_URI', 'is needed for mongo: mongodb://host:27017/database')
const postgresNeeded = () => usageError('DATABASE_URL', 'is needed for postgres: postgres://host:5432/database')

function contradiction(subject: 'url' | 'DATABASE_URL' | 'MONGODB_URI'): never {
  const what = subject === 'url' ? 'conversation-store.config: url' : subject
  throw usageError(
    what,
    'is of another engine than the rest of the configuration; give MONGODB_URI for mongo, or DATABASE_URL for postgres',
  )
}

function isOf(engine: 'mongo' | 'postgres', url: string): boolean {
  const { kind } = engine === 'mongo' ? runOptions.mongodbUri : runOptions.databaseUrl
  return kind.fromText.safeParse(url).success
}

function mongoSettings(given: GivenOptions, scope: Scope): MongoSettings {
  const { schema, tablePrefix, partitions, collectionPrefix } = given
  if (schema !== undefined || tablePrefix !== undefined || partitions !== undefined) {
    throw usageError('schema, tablePrefix and partitions', 'are for postgres; on mongo the URL names the database')
  }
  if (scope === 'platform' && collectionPrefix !== undefined)
    throw usageError('collectionPrefix', 'is for a store alone; in a platform each tenant has a database of its own')
  if (given.publicSchema !== undefined) throw usageError('conversation-store.config: publicSchema', 'is for postgres; give publicDatabase')
  const { maxPoolSize = null, minPoolSize = null, serverSelectionTimeoutMs = null, socketTimeoutMs = null, leaseTtlMs = null } = given
  if (minPoolSize !== null && maxPoolSize !== null && minPoolSize > maxPoolSize) {
    throw usageError('MONGODB_MIN_POOL_SIZE', 'must not be over MONGODB_MAX_POOL_SIZE')
  }
  const url = given.mongodbUri ?? given.url
  if (url === undefined) throw mongoNeeded()
  if (scope === 'store' && !namesDatabase(url)) {
    throw usageError(
      given.mongodbUri === undefined ? 'conversation-store.config: url' : 'MONGODB_URI',
      'must name the database of the store: mongodb://host:27017/database; or give --platform for a public database with tenants',
    )
  }
  return {
    engine: 'mongo',
    url,
    publicDatabase: given.publicDatabase ?? defaults.publicDatabase,
    collectionPrefix: collectionPrefix ?? '',
    maxPoolSize,
    minPoolSize,
    serverSelectionTimeoutMs,
    socketTimeoutMs,
    leaseTtlMs,
  }
}

/** Whether a connection string of MongoDB names a database, without which the driver takes `test`. */
export function namesDatabase(url: string): boolean {
  return /^mongodb(?:\+srv)?:\/\/[^/?]*\/[^?]/i.test(url)
}

/**
 * MongoDB's variables may be set during a run on PostgreSQL. A field of the configuration file is meant for this run,
 * so one of MongoDB's is refused.
 */
function postgresSettings(given: GivenOptions, config: GivenOptions, scope: Scope): PostgresSettings {
  if (config.publicDatabase !== undefined) throw usageError('conversation-store.config: publicDatabase', 'is for mongo; give publicSchema')
  const url = given.databaseUrl ?? given.url
  if (url === undefined) throw postgresNeeded()
  const { schema, tablePrefix, partitions } = given
  if (given.collectionPrefix !== undefined) throw usageError('collectionPrefix', 'is for mongo; give tablePrefix')
  if (scope === 'platform' && (schema !== undefined || tablePrefix !== undefined || partitions !== undefined)) {
    throw usageError(
      'schema, tablePrefix and partitions',
      'are for a store alone; a platform has publicSchema, and its tenants name theirs',
    )
  }
  return {
    engine: 'postgres',
    url,
    publicSchema: given.publicSchema ?? defaults.publicSchema,
    schema: schema ?? defaults.schema,
    tablePrefix: tablePrefix ?? '',
    partitions: partitions ?? null,
  }
}
