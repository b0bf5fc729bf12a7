import { refusal } from '../model/validation/refusal.js'
import type { ConversationAdapter } from '../store/adapter.js'
import { withForeign } from '../store/with-foreign.js'
import { coalesce } from './coalesce.js'
import { createContext } from './context.js'
import { createExecutor } from './create-executor.js'
import { isPgPool, type PostgresDriver } from './drivers.js'
import type { Executor } from './executor.js'
import { migrate } from './migrator/migrate-store.js'
import { createNames } from './names.js'
import { postgresOperations } from './postgres-operations.js'
import { checkSchema } from './schema/check-schema.js'
import { requirePartitions } from './schema/partitions.js'
import { createTransactionExecutor } from './transaction-executor.js'
import { underLeases } from './under-leases.js'

/** The options of `postgres`. */
export interface PostgresOptions {
  /**
   * The host's driver: a `pg` Pool, one `pg` Client (calls then wait for each other), or a PGlite instance. The store
   * never ends it.
   */
  readonly pool: PostgresDriver
  /** The schema of the tables. Default `public`. */
  readonly schema?: string
  /** Text before the name of every table, index and function. Default none, at most 18 bytes. */
  readonly tablePrefix?: string
  /**
   * Whether statements are named prepared statements, which PostgreSQL plans once per connection. Default true. Set it
   * to false for a pooler in transaction mode that does not support prepared statements.
   */
  readonly preparedStatements?: boolean
  /**
   * The number of hash partitions by account that `migrate()` creates for every table that holds an account's rows. By
   * default it creates plain tables.
   */
  readonly partitions?: number
  /**
   * Whether concurrent `upsertConversation` and `upsertConversationWithEvents` calls of one account are folded into
   * shared statements, of which at most two are in flight. Default false. Folding allows more calls per second under
   * load, but a call may wait for locks that its neighbours need. See docs/postgres.md.
   */
  readonly coalesce?: boolean
}

/**
 * A pool has two lanes, so that other calls can pass a statement that waits for a lock. A single connection has one.
 */
const lanesOfPool = 2

/**
 * An adapter that keeps conversations in the host's PostgreSQL 12 or newer, or in PGlite. Throws VALIDATION_FAILED for
 * a driver that it doesn't know and for options that no database can apply.
 */
export function postgres(options: PostgresOptions): ConversationAdapter {
  if (typeof options !== 'object' || options === null) throw refusal([], 'must be an object with the `pool`')
  const names = createNames(options)
  const layout = { partitions: requirePartitions(options.partitions) }
  const pgOptions = { preparedStatements: options.preparedStatements ?? true }
  const executor = createExecutor(options.pool, pgOptions)
  const operationsOf = (over: Executor) => postgresOperations(createContext(over, names))
  const operations = operationsOf(executor)
  const lanes = isPgPool(options.pool) ? lanesOfPool : 1
  return {
    name: 'postgres',
    operations: underLeases(
      options.coalesce ? { ...operations, upsertConversations: coalesce(operations.upsertConversations, lanes) } : operations,
      executor,
      names,
    ),
    using(transaction) {
      const inner = createTransactionExecutor(transaction, pgOptions)
      return underLeases(operationsOf(inner), inner, names)
    },
    migrate: ({ servingRoles = [] } = {}) =>
      withForeign(migrate(options.pool, names, layout, pgOptions.preparedStatements, servingRoles), () => checkSchema(executor, names)),
    checkSchema: () => checkSchema(executor, names),
    close: async () => {},
  }
}
