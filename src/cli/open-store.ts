import type { Tenant } from '../migrator/databases.js'
import type { MigrationLogger } from '../migrator/kernel/target.js'
import { migrationClient, migrationPool } from '../opening/migration-connections.js'
import { createConversationStore } from '../store/create-conversation-store.js'
import type { OpenStore } from './run-cli.js'
import { type MongoSettings, namesDatabase, type PostgresSettings, type Settings } from './settings.js'
import { usageError } from './usage-error.js'

/**
 * Opens a store on the configured server: that of a tenant, or for null the store alone, or on a platform the one in
 * the schema `publicSchema`. On MongoDB that is in the database that the URL names, or else in `publicDatabase`. Throws
 * VALIDATION_FAILED for an unknown tenant.
 */
export function openStore(settings: Settings, tenantId: string | null, logger: MigrationLogger): Promise<OpenStore> {
  const { server } = settings
  return server.engine === 'mongo' ? onMongo(server, settings, tenantId) : onPostgres(server, settings, tenantId, logger)
}

const connections = 2

async function onMongo(server: MongoSettings, { tenants }: Settings, tenantId: string | null): Promise<OpenStore> {
  const [{ mongoDatabases }, { mongo }, { mongoSyncTables }, { prefixedDb }] = await Promise.all([
    import('../platform/mongo/databases.js'),
    import('../mongo/mongo.js'),
    import('../mongo/migrator/sync-tables.js'),
    import('../mongo/prefixed-db.js'),
  ])
  const client = await migrationClient(server, connections)
  const { publicDatabase } = server
  const source = tenants === undefined ? {} : { tenants }
  const databases = mongoDatabases({ client, publicDatabase, migrations: [], ...source })
  const named = namesDatabase(server.url) ? client.db().databaseName : publicDatabase
  const close = () => client.close()
  const database = tenantId === null ? named : await tenantDatabase(databases, tenantId, close)
  const db = client.db(database)
  const { collectionPrefix } = server
  return {
    store: createConversationStore({ adapter: mongo({ client, db, collectionPrefix }) }),
    syncTables: mongoSyncTables({ client, db: prefixedDb(db, collectionPrefix) }),
    hostDatabase: { db, schema: null, databaseNamed: (name) => client.db(name) },
    close,
  }
}

async function onPostgres(
  server: PostgresSettings,
  { tenants, scope }: Settings,
  tenantId: string | null,
  logger: MigrationLogger,
): Promise<OpenStore> {
  const [{ postgresDatabases }, { postgres }, { postgresSyncTables }] = await Promise.all([
    import('../platform/postgres/databases.js'),
    import('../postgres/postgres.js'),
    import('../postgres/migrator/sync-tables.js'),
  ])
  const { publicSchema } = server
  const pool = await migrationPool(server.url, connections, (error) => logger.debug(`an idle connection ended: ${error.message}`))
  const databases = postgresDatabases({ pool, publicSchema, migrations: [], ...(tenants === undefined ? {} : { tenants }) })
  const close = () => pool.end()
  const alone = scope === 'store' ? { schema: server.schema, tablePrefix: server.tablePrefix } : { schema: publicSchema }
  const named = tenantId === null ? alone : { schema: await tenantDatabase(databases, tenantId, close) }
  const store = createConversationStore({ adapter: postgres({ pool, ...named }) })
  const hostDatabase = { db: pool, schema: named.schema, databaseNamed: null }
  return { store, syncTables: postgresSyncTables({ pool, ...named }), hostDatabase, close }
}

interface TenantSource {
  tenants(only: readonly string[]): AsyncIterable<Tenant>
  /** Throws VALIDATION_FAILED for a name that no tenant may have. */
  tenantTarget(database: string): unknown
}

async function tenantDatabase(source: TenantSource, tenantId: string, close: () => Promise<unknown>): Promise<string> {
  try {
    for await (const { database } of source.tenants([tenantId])) {
      if (database === null) continue
      source.tenantTarget(database)
      return database
    }
    throw usageError('--tenant', 'is no tenant that has a database')
  } catch (error) {
    await close()
    throw error
  }
}
