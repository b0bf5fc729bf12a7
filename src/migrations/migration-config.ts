import type { AdoptionConfig } from '../adoption/adoption-config.js'
import type { InboxMigrationsConfig } from '../inbox-migrations/options.js'
import type { TenantFields, TenantFunction } from '../migrator/databases.js'
import type { IndexSet } from '../migrator/migrator.js'
import type { CollectionMigration } from '../mongo/migrator/migration.js'
import type { PostgresMigration } from '../postgres/migrator/migration.js'
import type { SourceOf } from '../sync/source-of.js'

/**
 * What `conversation-store.config.{ts,js,mjs}` exports as `config`. Every field is optional. Flags, the environment and
 * `.env` take precedence over it. See docs/migrations/configuration.md.
 */
export interface MigrationConfig {
  /** The default is MongoDB if MONGODB_URI is set, else what DATABASE_URL or `url` says. */
  readonly engine?: 'mongo' | 'postgres'
  /** The URL of the server, if neither MONGODB_URI nor DATABASE_URL gives it. */
  readonly url?: string
  /**
   * True for a public database and those of its tenants, false for the one store in the database that the URL names.
   * The default is true if `publicDatabase`, `publicSchema`, `tenants` or `migrations` is given here, or if the command
   * line or MONGODB_PUBLIC_DATABASE says so.
   */
  readonly platform?: boolean
  /** The schema of a store alone, for PostgreSQL. Default `public`. */
  readonly schema?: string
  /** What the names of its tables, indexes and functions begin with, for PostgreSQL. Default none. */
  readonly tablePrefix?: string
  /** What the names of its collections begin with, for MongoDB. Default none. */
  readonly collectionPrefix?: string
  /** The number of partitions of its tables, for PostgreSQL. Give it if `postgres({ partitions })` has it. */
  readonly partitions?: number
  /**
   * In the order of running. The default is the built-in platform's. To keep those, give them first and yours after
   * them.
   */
  readonly migrations?: readonly CollectionMigration[] | readonly PostgresMigration[]
  /**
   * Where the tenants come from: the names of the collection or table that lists them and of its fields, or a function.
   */
  readonly tenants?: TenantFields | TenantFunction
  /** The name of the public database, for MongoDB. Default `chat_public`. */
  readonly publicDatabase?: string
  /** The name of the public schema, for PostgreSQL. Default `public`. */
  readonly publicSchema?: string
  readonly maxPoolSize?: number
  readonly minPoolSize?: number
  readonly serverSelectionTimeoutMs?: number
  readonly socketTimeoutMs?: number
  /** How long a runner that has died holds the others up on MongoDB, in milliseconds. Default 30,000. */
  readonly leaseTtlMs?: number
  readonly indexSet?: IndexSet
  readonly concurrency?: number
  readonly onError?: 'continue' | 'stop'
  readonly lockWaitMs?: number
  readonly batchSize?: number
  readonly dryRun?: boolean
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error'
  /**
   * Gives the command `sync` the source of an inbox's history. Default: Meta's API, with the token in the variable
   * SYNC_ACCESS_TOKEN.
   */
  readonly syncSource?: SourceOf
  /** The names of your own tables or collections, for the command `adopt`. Default: those that its helpers take. */
  readonly adoption?: AdoptionConfig
  /** Between which inboxes the command `inbox-migration` may move people, and who hears of it. */
  readonly inboxMigrations?: InboxMigrationsConfig
}

/** Gives a configuration its types and returns it unchanged. */
export function defineConfig(config: MigrationConfig): MigrationConfig {
  return config
}
