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
  return { migrator: createMigrator({ databases, logger }), close }
}

async function onPostgres(server: PostgresSettings, settings: Settings, logger: MigrationLogger): Promise<OpenMigrator> {
  const { postgresDatabases } = await import('../platform/postgres/databases.js')
  const given = settings.migrations as readonly PostgresMigration[] | undefined
  const migrations = given ?? (await import('../platform/postgres/migrations.js')).POSTGRES_MIGRATIONS
  const pool = await migrationPool(server.url, settings.concurrency, (error) => logger.debug(`an idle connection ended: ${error.message}`))
  const databases = postgresDatabases({
    pool,
    publicSchema: server.publicSchema,
    migrations,
    ...(settings.tenants === undefined ? {} : { tenants: settings.tenants }),
  })
  return { migrator: createMigrator({ databases, logger }), close: () => pool.end() }
}
