import type { IndexSet } from '../migrator/migrator.js'
import type { LogLevel } from './log.js'
import type { Option } from './options/option.js'
import { type DefaultOptions, type GivenOptions, runOptions } from './options/run-options.js'
import { usageError } from './usage-error.js'

/** Everything that decides how a run goes. */
export interface Settings {
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
}

export interface MongoSettings {
  readonly engine: 'mongo'
  readonly url: string
  readonly publicDatabase: string
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
}

// Each value is the default of its option, which the compiler can't follow through a loop.
const defaults = Object.fromEntries(
  Object.entries<Option<unknown>>(runOptions).flatMap(([key, { byDefault }]) => (byDefault === undefined ? [] : [[key, byDefault]])),
) as DefaultOptions

/**
 * Flags come first, then the environment, then the file, then the defaults. The environment already holds what `.env`
 * says, because Node adds to it only what was not set.
 */
export function settingsOf(flags: GivenOptions, environment: GivenOptions, config: GivenOptions): Settings {
  const given: GivenOptions = { ...config, ...environment, ...flags }
  const { indexSet, concurrency, onError, lockWaitMs, batchSize, dryRun, logLevel } = { ...defaults, ...given }
  return {
    server: engineOf(given) === 'mongo' ? mongoSettings(given) : postgresSettings(given, config),
    migrations: config.migrations,
    tenants: config.tenants,
    indexSet,
    concurrency,
    onError,
    lockWaitMs,
    batchSize,
    dryRun,
    logLevel,
    syncSource: config.syncSource,
    syncAccessToken: environment.syncAccessToken,
    adoption: config.adoption,
  }
}

/** Throws VALIDATION_FAILED rather than let the run work on another server than the one that was meant. */
function engineOf({ mongodbUri, databaseUrl, engine, url }: GivenOptions): 'mongo' | 'postgres' {
  if (engine === undefined) {
    if (mongodbUri !== undefined) return 'mongo'
    if (databaseUrl !== undefined) return url !== undefined && isOf('mongo', url) ? contradiction('url') : 'postgres'
    return url !== undefined && isOf('postgres', url) ? 'postgres' : 'mongo'
  }
  const [given, other] = engine === 'mongo' ? [mongodbUri, databaseUrl] : [databaseUrl, mongodbUri]
  if (given !== undefined) return engine
  if (url !== undefined) return isOf(engine, url) ? engine : contradiction('url')
  // The default URL of MongoDB would be another server than the only one that is named.
  return other === undefined ? engine : contradiction(engine === 'mongo' ? 'DATABASE_URL' : 'MONGODB_URI')
}

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

function mongoSettings(given: GivenOptions): MongoSettings {
  if (given.publicSchema !== undefined) throw usageError('conversation-store.config: publicSchema', 'is for postgres; give publicDatabase')
  const { maxPoolSize = null, minPoolSize = null, serverSelectionTimeoutMs = null, socketTimeoutMs = null, leaseTtlMs = null } = given
  if (minPoolSize !== null && maxPoolSize !== null && minPoolSize > maxPoolSize) {
    throw usageError('MONGODB_MIN_POOL_SIZE', 'must not be over MONGODB_MAX_POOL_SIZE')
  }
  return {
    engine: 'mongo',
    url: given.mongodbUri ?? given.url ?? defaults.mongodbUri,
    publicDatabase: given.publicDatabase ?? defaults.publicDatabase,
    maxPoolSize,
    minPoolSize,
    serverSelectionTimeoutMs,
    socketTimeoutMs,
    leaseTtlMs,
  }
}

/**
 * MongoDB's variables may be set during a run on PostgreSQL. A field of the configuration file is meant for this run,
 * so one of MongoDB's is refused.
 */
function postgresSettings(given: GivenOptions, config: GivenOptions): PostgresSettings {
  if (config.publicDatabase !== undefined) throw usageError('conversation-store.config: publicDatabase', 'is for mongo; give publicSchema')
  const url = given.databaseUrl ?? given.url
  if (url === undefined) throw usageError('DATABASE_URL', 'is needed for postgres: postgres://user@host:5432/database')
  return { engine: 'postgres', url, publicSchema: given.publicSchema ?? defaults.publicSchema }
}
