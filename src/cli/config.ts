import * as z from 'zod'
import type { TenantFields, TenantFunction } from '../migrator/databases.js'
import type { CollectionMigration } from '../mongo/migrator/migration.js'
import type { PostgresMigration } from '../postgres/migrator/migration.js'
import { logLevels } from './environment.js'
import { readAs } from './usage-error.js'
import { longestWaitMs, oneOf, text, wholeNumber } from './values.js'

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
