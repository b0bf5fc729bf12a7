import { ConversationStoreError } from '../model/errors.js'
import type { ConversationAdapter } from '../store/adapter.js'
import { recentKeys } from '../store/recent-keys.js'
import { recentValues } from '../store/recent-values.js'
import { refuseServingRoles } from '../store/refuse-serving-roles.js'
import { withForeign } from '../store/with-foreign.js'
import type { AdapterContext } from './context.js'
import { deploymentOf } from './deployment.js'
import type { MongoClientLike, MongoDb, MongoSession } from './driver.js'
import { leaseSessions } from './lease-sessions.js'
import { migrate } from './migrator/migrate-store.js'
import { mongoOperations } from './mongo-operations.js'
import { prefixedDb, requirePrefix } from './prefixed-db.js'
import { checkSchema } from './schema/check-schema.js'
import { openCollections } from './schema/collections.js'
import { schemaGuard } from './schema/store-schema.js'
import { syncGuard } from './schema/sync-collections.js'
import { sessionsOf } from './sessions.js'
import { translated, translateError } from './translate-error.js'
import { upsertQueue } from './upsert/upsert-queue.js'

export interface MongoOptions {
  /** The host's own client, from version 6 or 7 of the driver. The adapter neither connects nor closes it. */
  readonly client: MongoClientLike
  /** The database, or its name. */
  readonly db: MongoDb | string
  /**
   * Whether concurrent calls with events of one account share transactions, of which at most two are in flight. Default
   * false. Sharing allows more calls per second under load, but a call is answered when its neighbours are written too.
   * See docs/mongodb.md.
   */
  readonly coalesce?: boolean
  /**
   * What the names of the store's collections begin with, its ledger's too. It keeps them apart from a host's own
   * collections of the same names. Letters, digits, `_`, `-` and `.`. Default none.
   */
  readonly collectionPrefix?: string
}

const rememberedInboxes = 10_000
const rememberedHeads = 10_000

/**
 * Stores conversations in the host's own MongoDB, version 5.0 or newer. Calls with events or `matchUsername`,
 * `connectInbox`, `disconnectInbox`, `redirectInbox` and `recordHistoryProgress`, bulk calls that are all or nothing,
 * and `using(session)` need a replica set, of which a single node is enough. Everything else works on a standalone
 * server too. Write concern, read concern and read preference are set by the adapter, whatever the client's settings
 * are.
 */
export function mongo(options: MongoOptions): ConversationAdapter {
  requireOptions(options)
  const { client, db: given, collectionPrefix = '' } = options
  requirePrefix(collectionPrefix)
  const db = prefixedDb(typeof given === 'string' ? client.db(given) : given, collectionPrefix)
  const collections = openCollections(db)
  const sessions = sessionsOf(client)
  const required = { requireSchema: schemaGuard(db), requireSync: syncGuard(db) }
  const unqueued: AdapterContext = {
    collections,
    session: null,
    deployment: deploymentOf(db),
    sessions,
    leaseSessions: leaseSessions(db, collections.leases, sessions),
    queue: null,
    unconnected: recentKeys(rememberedInboxes),
    heads: recentValues(rememberedHeads),
  }
  const checked = () => translated(() => checkSchema(db), translateError)
  const context: AdapterContext = { ...unqueued, queue: upsertQueue(unqueued, options.coalesce ?? false) }
  return {
    name: 'mongo',
    operations: mongoOperations(context, required),
    using: (transaction) => mongoOperations({ ...unqueued, session: requireSession(transaction) }, required),
    migrate: async (options = {}) => {
      refuseServingRoles(options)
      return withForeign(
        translated(() => migrate(client, db), translateError),
        checked,
      )
    },
    checkSchema: checked,
    close: async () => {},
  }
}

/**
 * Throws VALIDATION_FAILED. A host without type checks would otherwise learn of the mistake only from its first call.
 */
function requireOptions(options: MongoOptions): void {
  const has = (value: unknown, method: string) => typeof Reflect.get(Object(value), method) === 'function'
  const { client, db } = options ?? {}
  const issues = [
    ...(has(client, 'startSession') && has(client, 'db') ? [] : [{ path: 'client', message: 'must be a MongoClient' }]),
    ...((typeof db === 'string' && db !== '') || has(db, 'collection') ? [] : [{ path: 'db', message: 'must be a database, or its name' }]),
  ]
  if (issues.length > 0) throw new ConversationStoreError('VALIDATION_FAILED', { issues })
}

function requireSession(transaction: unknown): MongoSession {
  if (!isSession(transaction))
    throw new ConversationStoreError('VALIDATION_FAILED', {
      issues: [{ path: 'transaction', message: 'must be a ClientSession of the driver' }],
    })
  return transaction
}

function isSession(value: unknown): value is MongoSession {
  if (typeof value !== 'object' || value === null) return false
  return ['inTransaction', 'startTransaction', 'commitTransaction', 'abortTransaction'].every(
    (name) => typeof Reflect.get(value, name) === 'function',
  )
}
