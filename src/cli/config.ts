import { z } from 'zod'
import type { Tenant } from '../migrator/databases.js'
import type { IndexSet } from '../migrator/migration.js'
import type { CollectionMigration } from '../mongo/migrations/collection-migration.js'
import type { PostgresMigration } from '../postgres/migrations/postgres-migration.js'
import { type LogLevel, logLevels } from './environment.js'
import { readAs } from './usage-error.js'
import { longestWaitMs, oneOf, text, wholeNumber } from './values.js'

/**
 * What `conversation-store.config.{ts,js,mjs}` exports as `config`. All of it may be left out; flags, the environment and `.env` come before it.
 * See docs/migrations/configuration.md.
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
  readonly logLevel?: LogLevel
}

export interface TenantFields {
  /** The collection, on PostgreSQL the table, of the public database; default `client_configs`. */
  readonly collection?: string
  /** Default `config_id`. */
  readonly tenantId?: string
  /** Of the tenant's database, on PostgreSQL its schema; default `schema_name`. */
  readonly database?: string
}

/** Null: all tenants. Pages are best streamed: the run takes them as it comes to them. */
export type TenantFunction = (only: readonly string[] | null) => AsyncIterable<Tenant> | Iterable<Tenant>

const allowedUrl = 'must begin with mongodb://, mongodb+srv://, postgres:// or postgresql://'
const allowedTenants = 'must be a function, or the names of fields: { collection, tenantId, database }'

const configSchema = z.strictObject({
  engine: oneOf(['mongo', 'postgres']).optional(),
  url: z
    .string({ error: allowedUrl })
    .regex(/^(mongodb(\+srv)?|postgres(ql)?):\/\/./i, allowedUrl)
    .optional(),
  // What is in them, the engine says.
  migrations: z
    .custom<readonly CollectionMigration[] | readonly PostgresMigration[]>(Array.isArray, 'must be an array of migrations')
    .optional(),
  tenants: z
    .union(
      [
        z.custom<TenantFunction>((value) => typeof value === 'function', allowedTenants),
        z
          .strictObject(
            { collection: text().optional(), tenantId: text().optional(), database: text().optional() },
            { error: allowedTenants },
          )
          .transform(
            ({ collection, tenantId, database }): TenantFields => ({
              ...(collection === undefined ? {} : { collection }),
              ...(tenantId === undefined ? {} : { tenantId }),
              ...(database === undefined ? {} : { database }),
            }),
          ),
      ],
      { error: allowedTenants },
    )
    .optional(),
  publicDatabase: text().optional(),
  publicSchema: text().optional(),
  maxPoolSize: wholeNumber(1, 1_000).optional(),
  minPoolSize: wholeNumber(0, 1_000).optional(),
  serverSelectionTimeoutMs: wholeNumber(1, 600_000).optional(),
  socketTimeoutMs: wholeNumber(0, 86_400_000).optional(),
  leaseTtlMs: wholeNumber(1_000, 600_000).optional(),
  indexSet: oneOf(['store', 'platform']).optional(),
  concurrency: wholeNumber(1, 100).optional(),
  onError: oneOf(['continue', 'stop']).optional(),
  lockWaitMs: wholeNumber(0, longestWaitMs).optional(),
  batchSize: wholeNumber(1, 10_000).optional(),
  dryRun: z.boolean({ error: 'must be true or false' }).optional(),
  logLevel: oneOf(logLevels).optional(),
})

export type ReadConfig = z.output<typeof configSchema>

/** Throws VALIDATION_FAILED, which names fields and no values. Undefined: there is no file. */
export function readConfig(config: unknown): ReadConfig {
  return readAs(configSchema, config ?? {}, 'conversation-store.config')
}
