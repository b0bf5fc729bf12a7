import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createMigrator } from '../../src/migrator/create-migrator.js'
import { mongoDatabases } from '../../src/platform/mongo/databases.js'
import { postgresDatabases } from '../../src/platform/postgres/databases.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { newSchemaName } from '../postgres/scratch-schema.js'

const common = { description: 'users', isPublic: true, isTenant: false } as const

describe.skipIf(isServerAbsent('postgres'))('a dry run on PostgreSQL', () => {
  async function users(sql: string, withCode: boolean) {
    const pool = new Pool({ connectionString: serverUrl('postgres') })
    const schema = newSchemaName()
    await pool.query(
      `create schema ${schema}; create table ${schema}.users (email text); ${sql.replaceAll(/ users\b/g, ` ${schema}.users`)}`,
    )
    onTestFinished(async () => {
      await pool.query(`drop schema ${schema} cascade`)
      await pool.end()
    })
    const mending = { ...common, id: '001-mend', tx: true, steps: [{ name: 'mend', sql: 'select 1' }] }
    const indexes = [{ table: 'users', name: 'idx_users_email', columns: 'email', unique: true }]
    const migrations = [...(withCode ? [mending] : []), { ...common, id: '002-unique', tx: false, steps: [], indexes }]
    return createMigrator({ databases: postgresDatabases({ pool, publicSchema: schema, migrations, tenants: () => [] }) })
  }

  test('ends as obstructed by duplicates, and by another index of the name', async () => {
    const duplicates = await users("insert into users values ('a'), ('a')", false)
    expect(await duplicates.migrate({ dryRun: true })).toMatchObject({ verdict: 'obstructed', public: { state: 'pending' } })
    expect((await duplicates.migrate()).verdict).toBe('error')
    const other = await users('create index idx_users_email on users (lower(email))', false)
    const report = await other.migrate({ dryRun: true })
    expect(report.verdict).toBe('obstructed')
    expect(report.public?.preview[0]?.steps[0]?.obstacles).toEqual([
      'idx_users_email stands on users and differs in unique: declared true, found false, columns: declared (email), found (lower(email)): sync:indexes --dry-run shows what replaces it',
    ])
  })

  test('is done where the run may mend what is in the way, or nothing is, and shows how an index is built', async () => {
    expect((await (await users("insert into users values ('a'), ('a')", true)).migrate({ dryRun: true })).verdict).toBe('done')
    const empty = await (await users('select 1', false)).migrate({ dryRun: true })
    expect(empty.verdict).toBe('done')
    expect(empty.public?.preview[0]?.steps[0]?.would[0]).toMatch(/^create unique index "idx_users_email"/)
    const filled = await (await users("insert into users values ('a')", false)).migrate({ dryRun: true })
    expect(filled.public?.preview[0]?.steps[0]?.would[0]).toMatch(/^create unique index concurrently /)
  })
})

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a dry run on MongoDB', () => {
  test('ends as obstructed by duplicates, and by another index of the name', async () => {
    const client = await new MongoClient(serverUrl('mongoReplicaSet')).connect()
    const publicDatabase = newSchemaName()
    const collection = client.db(publicDatabase).collection('users')
    onTestFinished(async () => {
      await client.db(publicDatabase).dropDatabase()
      await client.close()
    })
    const indexes = [{ key: { email: 1 as const }, options: { name: 'idx_users_email', unique: true } }]
    const migrations = [{ ...common, collectionName: 'users', version: '001', name: '001-users', indexes }]
    const migrator = createMigrator({ databases: mongoDatabases({ client, publicDatabase, migrations, tenants: () => [] }) })
    expect((await migrator.migrate({ dryRun: true })).verdict).toBe('done')
    await collection.insertMany([{ email: 'a' }, { email: 'a' }])
    expect(await migrator.migrate({ dryRun: true })).toMatchObject({ verdict: 'obstructed', public: { state: 'pending' } })
    expect(await migrator.syncIndexes({ dryRun: true })).toMatchObject({ verdict: 'obstructed' })
    await collection.deleteMany({})
    await collection.createIndex({ mail: 1 }, { name: 'idx_users_email' })
    expect((await migrator.migrate({ dryRun: true })).verdict).toBe('obstructed')
  })
})
