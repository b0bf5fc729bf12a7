import type { TenantFields, TenantFunction } from '../migrator/databases.js'
import type { IndexSet } from '../migrator/migrator.js'
import type { CollectionMigration } from '../mongo/migrator/migration.js'
import type { PostgresMigration } from '../postgres/migrator/migration.js'

/**
 * What `conversation-store.config.{ts,js,mjs}` exports as `config`. You may leave out any field; flags, the environment
 * and `.env` come before it. See docs/migrations/configuration.md.
 */
export interface MigrationConfig {
  /** Default: MongoDB, unless only a PostgreSQL URL is given. */
  readonly engine?: 'mongo' | 'postgres'
  /** Of the server, where neither MONGODB_URI nor DATABASE_URL gives it. */
  readonly url?: string
  /** In the order of running. Default: the built-in platform's; to keep those, put yours behind them. */
  readonly migrations?: readonly CollectionMigration[] | readonly PostgresMigration[]
  /** Where the tenants come from: the names of the fields of `client_configs`, or a function. */
  readonly tenants?: TenantFields | TenantFunction
  /** MongoDB's; default `chat_public`. */
  readonly publicDatabase?: string
  /** PostgreSQL's; default `public`. */
  readonly publicSchema?: string
  readonly maxPoolSize?: number
  readonly minPoolSize?: number
  readonly serverSelectionTimeoutMs?: number
  readonly socketTimeoutMs?: number
  /** How long a runner that is gone holds the others up on MongoDB; default 30 s. */
  readonly leaseTtlMs?: number
  readonly indexSet?: IndexSet
  readonly concurrency?: number
  readonly onError?: 'continue' | 'stop'
  readonly lockWaitMs?: number
  readonly batchSize?: number
  readonly dryRun?: boolean
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error'
}

/** Gives a configuration its types; changes nothing. */
export function defineConfig(config: MigrationConfig): MigrationConfig {
  return config
}
