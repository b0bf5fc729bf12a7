import { randomBytes } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exitCodeOf } from '../../src/cli/exit-code.js'
import { createMigrator } from '../../src/migrator/create-migrator.js'
import type { SyncTables } from '../../src/migrator/kernel/sync-tables.js'
import type { Migrator } from '../../src/migrator/migrator.js'
import { mongo } from '../../src/mongo/index.js'
import { mongoSyncTables } from '../../src/mongo/migrator/sync-tables.js'
import { mongoDatabases } from '../../src/platform/mongo/databases.js'
import { MIGRATIONS } from '../../src/platform/mongo/migrations.js'
import { postgresDatabases } from '../../src/platform/postgres/databases.js'
import { POSTGRES_MIGRATIONS } from '../../src/platform/postgres/migrations.js'
import { postgres } from '../../src/postgres/index.js'
import { postgresSyncTables } from '../../src/postgres/migrator/sync-tables.js'
import type { ConversationAdapter } from '../../src/store/adapter.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { migration as mongoMigration } from '../mongo/migration-runs.js'
import { migration as postgresMigration } from '../postgres/migrate-target.js'
import { postgresUrl } from '../postgres/scratch-schema.js'

const name = `test_${randomBytes(6).toString('hex')}`
const tenant = `${name}_acme`
const tenants = () => [{ tenantId: 'acme', database: tenant }]
const unique = 'idx_newer'
/** The store of a newer release, which has one migration more. The platform's come after it. */
const ofTheStore = { owner: 'conversation-store', isPublic: false }

interface Engine {
  readonly older: Migrator
  readonly newer: Migrator
  readonly adapter: ConversationAdapter
  readonly syncTables: SyncTables
  indexes(): Promise<readonly string[]>
  close(): Promise<void>
}

const engines = {
  MongoDB: { isAbsent: isServerAbsent('mongoReplicaSet'), open: onMongo },
  PostgreSQL: { isAbsent: isServerAbsent('postgres'), open: onPostgres },
}

async function onMongo(): Promise<Engine> {
  const client = await new MongoClient(serverUrl('mongoReplicaSet')).connect()
  const db = client.db(tenant)
  const lastOfStore = MIGRATIONS.findLastIndex(({ owner }) => owner === 'conversation-store')
  const index = { key: { account: 1 }, options: { name: unique, unique: true } } as const
  const later = mongoMigration({ ...ofTheStore, collectionName: 'leases', version: '900', indexes: [index] })
  const of = (migrations: typeof MIGRATIONS) =>
    createMigrator({ databases: mongoDatabases({ client, publicDatabase: name, migrations, tenants }) })
  return {
    older: of(MIGRATIONS),
    newer: of(MIGRATIONS.toSpliced(lastOfStore + 1, 0, later)),
    adapter: mongo({ client, db }),
    syncTables: mongoSyncTables({ client, db }),
    indexes: async () => (await db.collection('leases').indexes()).map((each) => String(each.name)),
    async close() {
      await client.db(name).dropDatabase()
      await db.dropDatabase()
      await client.close()
    },
  }
}

async function onPostgres(): Promise<Engine> {
  const pool = new Pool({ connectionString: postgresUrl(), max: 4 })
  const lastOfStore = POSTGRES_MIGRATIONS.findLastIndex(({ owner, repeatable }) => owner === 'conversation-store' && !repeatable)
  const index = { table: 'leases', name: unique, columns: 'key, token', unique: true } as const
  const later = postgresMigration({ ...ofTheStore, id: '900-later', indexes: [index] })
  const of = (migrations: typeof POSTGRES_MIGRATIONS) =>
    createMigrator({ databases: postgresDatabases({ pool, publicSchema: name, migrations, tenants }) })
  return {
    older: of(POSTGRES_MIGRATIONS),
    newer: of(POSTGRES_MIGRATIONS.toSpliced(lastOfStore + 1, 0, later)),
    adapter: postgres({ pool, schema: tenant }),
    syncTables: postgresSyncTables({ pool, schema: tenant }),
    indexes: async () =>
      (await pool.query('select indexname from pg_indexes where schemaname = $1', [tenant])).rows.map((row) => String(row.indexname)),
    async close() {
      await pool.query(`drop schema if exists ${name} cascade; drop schema if exists ${tenant} cascade`)
      await pool.end()
    },
  }
}

describe.each(Object.entries(engines))('a database that a newer program made afresh on %s', (_, { isAbsent, open }) => {
  let engine: Engine
  beforeAll(async () => {
    if (isAbsent) return
    engine = await open()
    expect(await engine.newer.migrate()).toMatchObject({ verdict: 'done' })
  }, 60_000)
  afterAll(() => engine?.close())

  test.skipIf(isAbsent)('is left alone by every command of the older one, with exit code 57 and not as drift', async () => {
    const { older } = engine
    const before = await engine.indexes()
    expect(before).toContain(unique)
    const choice = { tenants: ['acme'] }
    const reports = {
      migrate: await older.migrate(choice),
      'migrate --dry-run': await older.migrate({ ...choice, dryRun: true }),
      down: await older.down(choice),
      'down --dry-run': await older.down({ ...choice, dryRun: true }),
      status: await older.status(choice),
      'sync:indexes': await older.syncIndexes({ ...choice, prune: true }),
      'sync:indexes --dry-run': await older.syncIndexes({ ...choice, prune: true, dryRun: true }),
    }
    for (const [command, report] of Object.entries(reports)) {
      expect(report.tenants, command).toMatchObject([{ state: 'newer', failure: { code: 'MIGRATION_REFUSED' } }])
      expect(report.tenants[0]?.failure?.message, command).toMatch(/@900 is newer than this program: upgrade it$/)
      expect(exitCodeOf(report.verdict), command).toBe(57)
    }
    expect(await engine.indexes()).toEqual(before)
  })

  test.skipIf(isAbsent)('is too new for store.migrate(), and for the commands of the sync that change it', async () => {
    const tooNew = { code: 'SCHEMA_TOO_NEW', message: expect.stringMatching(/has schema 900, .*; upgrade conversation-store$/) }
    await expect(engine.adapter.migrate()).rejects.toMatchObject(tooNew)
    const options = { lockWaitMs: 5_000, signal: new AbortController().signal }
    const before = await engine.syncTables.look()
    await expect(engine.syncTables.remove(options)).rejects.toMatchObject(tooNew)
    await expect(engine.syncTables.restore(options)).rejects.toMatchObject(tooNew)
    expect(await engine.syncTables.look()).toEqual(before)
  })
})
