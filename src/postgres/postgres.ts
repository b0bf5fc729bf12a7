import type { ConversationAdapter } from '../store/adapter.js'
import { coalesce } from './coalesce.js'
import { createContext } from './context.js'
import { createExecutor } from './create-executor.js'
import { isPgPool, type PostgresDriver } from './drivers.js'
import { migrate } from './migrator/migrate-store.js'
import { createNames } from './names.js'
import { postgresOperations } from './postgres-operations.js'
import { checkSchema } from './schema/check-schema.js'
import { requirePartitions } from './schema/partitions.js'
import { createTransactionExecutor } from './transaction-executor.js'

export interface PostgresOptions {
  /**
   * The host's own: a `pg` Pool (or one Client, on which calls then wait for each other), or a PGlite instance. The
   * store never ends it.
   */
  readonly pool: PostgresDriver
  /** Where the tables are; default `public`. */
  readonly schema?: string
  /** Put before the name of every table, index and function; default none. At most 18 bytes. */
  readonly tablePrefix?: string
  /**
   * Default true: statements are planned once a connection. False for a pooler in transaction mode that knows no
   * prepared statements.
   */
  readonly preparedStatements?: boolean
  /** Makes `migrate()` create every account's table as so many hash partitions by account; default plain tables. */
  readonly partitions?: number
  /**
   * Default false. True folds concurrent `upsertConversation` and `upsertConversationWithEvents` calls of one account
   * into shared statements, of which two are in flight at most: more calls a second under load, while a call may wait
   * for its neighbours' locks. See docs/postgres.md.
   */
  readonly coalesce?: boolean
}

/** Two, so that a statement that waits for a lock leaves a way past it. One where there is but one connection. */
const lanesOfPool = 2

/**
 * Keeps conversations in the host's PostgreSQL 12 or newer, or in PGlite. Throws VALIDATION_FAILED for options that no
 * database can hold.
 */
export function postgres(options: PostgresOptions): ConversationAdapter {
  const names = createNames(options)
  const layout = { partitions: requirePartitions(options.partitions) }
  const pgOptions = { preparedStatements: options.preparedStatements ?? true }
  const executor = createExecutor(options.pool, pgOptions)
  const operations = postgresOperations(createContext(executor, names))
  const lanes = isPgPool(options.pool) ? lanesOfPool : 1
  return {
    name: 'postgres',
    operations: options.coalesce ? { ...operations, upsertConversations: coalesce(operations.upsertConversations, lanes) } : operations,
    using: (transaction) => postgresOperations(createContext(createTransactionExecutor(transaction, pgOptions), names)),
    migrate: () => migrate(options.pool, names, layout, pgOptions.preparedStatements),
    checkSchema: () => checkSchema(executor, names),
    close: async () => {},
  }
}
