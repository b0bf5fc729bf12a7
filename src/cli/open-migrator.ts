import type { Pool } from 'pg'
import { createMigrator } from '../migrator/create-migrator.js'
import type { MigrationLogger } from '../migrator/kernel/target.js'
import type { CollectionMigration } from '../mongo/migrator/migration.js'
import { migrationClient, migrationPool } from '../opening/migration-connections.js'
import type { PostgresMigration } from '../postgres/migrator/migration.js'
import type { OpenMigrator } from './run-cli.js'
import type { MongoSettings, PostgresSettings, Settings } from './settings.js'

/**
 * Opens the migrator of the configured engine, without loading the other engine's code. It connects to the server only
 * when the migrator is used.
 */
export function openMigrator(settings: Settings, logger: MigrationLogger): Promise<OpenMigrator> {
  const { server } = settings
  return server.engine === 'mongo' ? onMongo(server, settings, logger) : onPostgres(server, settings, logger)
}

async function onMongo(server: MongoSettings, settings: Settings, logger: MigrationLogger): Promise<OpenMigrator> {
  if (settings.scope === 'store') return storeOnMongo(server, settings, logger)
  const { mongoDatabases } = await import('../platform/mongo/databases.js')
  // The engine itself checks that they are migrations of its own kind.
  const given = settings.migrations as readonly CollectionMigration[] | undefined
  const migrations = given ?? (await import('../platform/mongo/migrations.js')).MIGRATIONS
  const client = await migrationClient(server, settings.concurrency)
  const leaseClient = await migrationClient({ ...server, maxPoolSize: 2, minPoolSize: 0 }, 1)
  const databases = mongoDatabases({
    client,
    leaseClient,
    publicDatabase: server.publicDatabase,
    migrations,
    ...(server.leaseTtlMs === null ? {} : { leaseTtlMs: server.leaseTtlMs }),
    ...(settings.tenants === undefined ? {} : { tenants: settings.tenants }),
  })
  const close = async () => {
    await Promise.all([client.close(), leaseClient.close()])
  }
  return { migrator: createMigrator({ databases, logger }), checkSchema: null, close }
}

async function storeOnMongo(server: MongoSettings, { concurrency }: Settings, logger: MigrationLogger): Promise<OpenMigrator> {
  const [{ mongoStoreDatabase }, { mongo }] = await Promise.all([
    import('../platform/mongo/store-database.js'),
    import('../mongo/mongo.js'),
  ])
  const client = await migrationClient(server, concurrency)
  const { databaseName: database } = client.db()
  const { collectionPrefix, leaseTtlMs } = server
  const databases = mongoStoreDatabase({ client, database, collectionPrefix, ...(leaseTtlMs === null ? {} : { leaseTtlMs }) })
  const checkSchema = () => mongo({ client, db: database, collectionPrefix }).checkSchema()
  return { migrator: createMigrator({ databases, logger }), checkSchema, close: () => client.close() }
}

async function onPostgres(server: PostgresSettings, settings: Settings, logger: MigrationLogger): Promise<OpenMigrator> {
  if (settings.scope === 'store') return storeOnPostgres(server, settings, logger)
  const { postgresDatabases } = await import('../platform/postgres/databases.js')
  const given = settings.migrations as readonly PostgresMigration[] | undefined
  const migrations = given ?? (await import('../platform/postgres/migrations.js')).POSTGRES_MIGRATIONS
  const pool = await poolOf(server, settings, logger)
  const databases = postgresDatabases({
    pool,
    publicSchema: server.publicSchema,
    migrations,
    ...(settings.tenants === undefined ? {} : { tenants: settings.tenants }),
  })
  return { migrator: createMigrator({ databases, logger }), checkSchema: null, close: () => pool.end() }
}

async function storeOnPostgres(server: PostgresSettings, settings: Settings, logger: MigrationLogger): Promise<OpenMigrator> {
  const [{ postgresStoreDatabase }, { postgres }] = await Promise.all([
    import('../platform/postgres/store-database.js'),
    import('../postgres/postgres.js'),
  ])
  const { schema, tablePrefix, partitions } = server
  const pool = await poolOf(server, settings, logger)
  const flags = [...(schema === 'public' ? [] : [`--schema=${schema}`]), ...(tablePrefix === '' ? [] : [`--table-prefix=${tablePrefix}`])]
  const databases = postgresStoreDatabase({ pool, schema, tablePrefix, partitions, flags })
  const checkSchema = () => postgres({ pool, schema, tablePrefix }).checkSchema()
  return { migrator: createMigrator({ databases, logger }), checkSchema, close: () => pool.end() }
}

function poolOf({ url }: PostgresSettings, { concurrency }: Settings, logger: MigrationLogger): Promise<Pool> {
  return migrationPool(url, concurrency, (error) => logger.debug(`an idle connection ended: ${error.message}`))
}
