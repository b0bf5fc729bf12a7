import type { IndexSet } from '../migrator/migrator.js'
import type { ReadConfig } from './config.js'
import type { Environment, LogLevel } from './environment.js'
import type { Flags } from './flags.js'
import { usageError } from './usage-error.js'
import { mongoUrl, postgresUrl } from './values.js'

/** All that a run goes by. */
export interface Settings {
  readonly server: MongoSettings | PostgresSettings
  readonly migrations: ReadConfig['migrations']
  readonly tenants: ReadConfig['tenants']
  readonly indexSet: IndexSet
  readonly concurrency: number
  readonly onError: 'continue' | 'stop'
  readonly lockWaitMs: number
  readonly batchSize: number
  readonly dryRun: boolean
  readonly logLevel: LogLevel
}

export interface MongoSettings {
  readonly engine: 'mongo'
  readonly url: string
  readonly publicDatabase: string
  /** Null: nobody said, and the URL may. */
  readonly maxPoolSize: number | null
  readonly minPoolSize: number | null
  readonly serverSelectionTimeoutMs: number | null
  readonly socketTimeoutMs: number | null
  /** Null: the engine's default. */
  readonly leaseTtlMs: number | null
}

export interface PostgresSettings {
  readonly engine: 'postgres'
  readonly url: string
  readonly publicSchema: string
}

/** Flags come first, then the environment (with `.env`, which Node does not let write over it), then the file, then the defaults. */
export function settingsOf(flags: Flags, environment: Environment, config: ReadConfig): Settings {
  return {
    server: engineOf(environment, config) === 'mongo' ? mongoSettings(environment, config) : postgresSettings(environment, config),
    migrations: config.migrations,
    tenants: config.tenants,
    indexSet: flags['index-set'] ?? config.indexSet ?? 'platform',
    concurrency: flags.concurrency ?? config.concurrency ?? 4,
    onError: flags['on-error'] ?? config.onError ?? 'continue',
    lockWaitMs: flags['lock-wait'] ?? config.lockWaitMs ?? 60_000,
    batchSize: flags['batch-size'] ?? environment.MIGRATION_BATCH_SIZE ?? config.batchSize ?? 100,
    dryRun: flags['dry-run'] || (!flags['no-dry-run'] && (environment.MIGRATION_DRY_RUN ?? config.dryRun ?? false)),
    logLevel: environment.MIGRATION_LOG_LEVEL ?? config.logLevel ?? 'info',
  }
}

/** Throws VALIDATION_FAILED rather than work on another server than the one that was meant. */
function engineOf({ MONGODB_URI, DATABASE_URL }: Environment, { engine, url }: ReadConfig): 'mongo' | 'postgres' {
  if (engine === undefined) {
    if (MONGODB_URI !== undefined) return 'mongo'
    if (DATABASE_URL !== undefined) return url !== undefined && mongoUrl.test(url) ? contradiction('url') : 'postgres'
    return url !== undefined && postgresUrl.test(url) ? 'postgres' : 'mongo'
  }
  const [given, other] = engine === 'mongo' ? [MONGODB_URI, DATABASE_URL] : [DATABASE_URL, MONGODB_URI]
  const pattern = engine === 'mongo' ? mongoUrl : postgresUrl
  if (given !== undefined) return engine
  if (url !== undefined) return pattern.test(url) ? engine : contradiction('url')
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

function mongoSettings(environment: Environment, config: ReadConfig): MongoSettings {
  if (config.publicSchema !== undefined) throw usageError('conversation-store.config: publicSchema', 'is for postgres; give publicDatabase')
  const { maxPoolSize = null, minPoolSize = null, serverSelectionTimeoutMs = null, socketTimeoutMs = null, leaseTtlMs = null } = config
  const settings: MongoSettings = {
    engine: 'mongo',
    url: environment.MONGODB_URI ?? config.url ?? 'mongodb://localhost:27017',
    publicDatabase: environment.MONGODB_PUBLIC_DATABASE ?? config.publicDatabase ?? 'chat_public',
    maxPoolSize: environment.MONGODB_MAX_POOL_SIZE ?? maxPoolSize,
    minPoolSize: environment.MONGODB_MIN_POOL_SIZE ?? minPoolSize,
    serverSelectionTimeoutMs: environment.MONGODB_SERVER_SELECTION_TIMEOUT_MS ?? serverSelectionTimeoutMs,
    socketTimeoutMs: environment.MONGODB_SOCKET_TIMEOUT_MS ?? socketTimeoutMs,
    leaseTtlMs,
  }
  const { minPoolSize: least, maxPoolSize: most } = settings
  if (least !== null && most !== null && least > most) throw usageError('MONGODB_MIN_POOL_SIZE', 'must not be over MONGODB_MAX_POOL_SIZE')
  return settings
}

function postgresSettings({ DATABASE_URL }: Environment, config: ReadConfig): PostgresSettings {
  if (config.publicDatabase !== undefined) throw usageError('conversation-store.config: publicDatabase', 'is for mongo; give publicSchema')
  const url = DATABASE_URL ?? config.url
  if (url === undefined) throw usageError('DATABASE_URL', 'is needed for postgres: postgres://user@host:5432/database')
  return { engine: 'postgres', url, publicSchema: config.publicSchema ?? 'public' }
}
