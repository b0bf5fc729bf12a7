import { randomBytes } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createMigrator } from '../../src/migrator/create-migrator.js'
import type { LedgerEntry } from '../../src/migrator/kernel/ledger.js'
import type { Migrator } from '../../src/migrator/migrator.js'
import { mongoDatabases } from '../../src/platform/mongo/databases.js'
import { postgresDatabases } from '../../src/platform/postgres/databases.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { migration as mongoMigration } from '../mongo/migration-runs.js'
import { migration as postgresMigration } from '../postgres/migrate-target.js'
import { postgresUrl } from '../postgres/scratch-schema.js'

interface Version {
  readonly version: string
  readonly up?: () => Promise<void>
}

interface Engine {
  /** The id that the ledger gives to a version. */
  id(version: string): string
  migrator(...versions: readonly Version[]): Migrator
  entries(): Promise<readonly LedgerEntry[]>
}

async function onMongo(): Promise<Engine> {
  const client = await new MongoClient(serverUrl('mongoReplicaSet')).connect()
  const publicDatabase = `test_${randomBytes(6).toString('hex')}`
  onTestFinished(async () => {
    await client.db(publicDatabase).dropDatabase()
    await client.close()
  })
  const databases = (versions: readonly Version[]) =>
    mongoDatabases({
      client,
      publicDatabase,
      migrations: versions.map(({ up, version }) => mongoMigration({ version, ...(up ? { up, down: up } : {}) })),
    })
  return {
    id: (version) => `users@${version}`,
    migrator: (...versions) => createMigrator({ databases: databases(versions) }),
    entries: async () => (await databases([]).publicTarget.readLedger()).entries,
  }
}

async function onPostgres(): Promise<Engine> {
  const pool = new Pool({ connectionString: postgresUrl(), max: 4 })
  const publicSchema = `test_${randomBytes(6).toString('hex')}`
  onTestFinished(async () => {
    await pool.query(`drop schema if exists ${publicSchema} cascade`)
    await pool.end()
  })
  const databases = (versions: readonly Version[]) =>
    postgresDatabases({
      pool,
      publicSchema,
      migrations: versions.map(({ version, up }) =>
        postgresMigration({ id: `${version}-v`, tx: false, steps: [{ name: 'first', sql: 'select 1' }], ...(up ? { up, down: up } : {}) }),
      ),
    })
  return {
    id: (version) => `@${version}`,
    migrator: (...versions) => createMigrator({ databases: databases(versions) }),
    entries: async () => (await databases([]).publicTarget.readLedger()).entries,
  }
}

const failing = async () => {
  throw new Error('not yet')
}
const only = { publicOnly: true } as const

describe.each([
  ['MongoDB', isServerAbsent('mongoReplicaSet'), onMongo],
  ['PostgreSQL', isServerAbsent('postgres'), onPostgres],
] as const)('a decision about a ledger on %s', (_, isAbsent, open) => {
  const failed = async () => {
    const engine = await open()
    const second = { version: '002', up: failing }
    const program = engine.migrator({ version: '001' }, second)
    expect(await program.migrate(only)).toMatchObject({ verdict: 'error' })
    const states = async () => (await engine.entries()).filter(({ owner }) => owner === 'host').map(({ id, state }) => [id, state])
    const notes = async () => (await engine.entries()).filter(({ owner }) => owner === 'operator').map(({ name }) => name)
    return { ...engine, program, second, states, notes }
  }

  test.skipIf(isAbsent)('makes a migration that was done by hand an applied one, and says who decided it', async () => {
    const { id, program, states, notes } = await failed()
    const terms = { ...only, migration: id('002'), as: 'applied', by: 'lan@host' } as const
    expect(await program.resolve({ ...terms, dryRun: true })).toMatchObject({
      verdict: 'done',
      public: { state: 'pending', migrations: [id('002')] },
    })
    expect([await states(), await notes()]).toEqual([
      [
        [id('001'), 'applied'],
        [id('002'), 'failed'],
      ],
      [],
    ])
    expect(await program.resolve(terms)).toMatchObject({ verdict: 'done', public: { state: 'applied', migrations: [id('002')] } })
    expect(await states()).toEqual([
      [id('001'), 'applied'],
      [id('002'), 'applied'],
    ])
    expect(await notes()).toEqual([`resolve ${id('002')} --applied, by lan@host`])
    expect(await program.migrate(only)).toMatchObject({ public: { state: 'up-to-date' } })
    expect(await program.resolve(terms)).toMatchObject({ public: { state: 'up-to-date' } })
    expect((await program.status(only)).public?.ledger).toHaveLength(2)
  })

  test.skipIf(isAbsent)('makes one that was undone by hand pending, from its first step on', async () => {
    const { id, migrator, program, states } = await failed()
    await program.resolve({ ...only, migration: id('002'), as: 'rolled-back' })
    expect(await states()).toEqual([
      [id('001'), 'applied'],
      [id('002'), 'reverted'],
    ])
    const mended = migrator({ version: '001' }, { version: '002', up: async () => {} })
    expect(await mended.migrate(only)).toMatchObject({ public: { state: 'applied', migrations: [id('002')] } })
  })

  test.skipIf(isAbsent)('forgets one that was taken out of the program, which is drift until then', async () => {
    const { id, migrator, states, notes } = await failed()
    const without = migrator({ version: '001' }, { version: '003' })
    expect(await without.migrate(only)).toMatchObject({
      verdict: 'drift',
      public: { failure: { details: { missing: [id('002')], newer: [] } } },
    })
    expect(await without.resolve({ ...only, migration: id('002'), as: 'forget', by: 'lan' })).toMatchObject({ verdict: 'done' })
    expect(await states()).toEqual([[id('001'), 'applied']])
    expect(await notes()).toEqual([`resolve ${id('002')} --forget, by lan`])
    expect(await without.migrate(only)).toMatchObject({ public: { state: 'applied', migrations: [id('003')] } })
  })

  test.skipIf(isAbsent)('is refused where it would hide something', async () => {
    const { id, migrator, program, second } = await failed()
    const refused = async (each: Migrator, migration: string, as: 'applied' | 'forget') =>
      (await each.resolve({ ...only, migration, as })).public?.failure
    expect(await refused(program, id('009'), 'applied')).toMatchObject({
      code: 'VALIDATION_FAILED',
      message: expect.stringMatching(/migration: must be in the ledger of test_\w+; `status` shows what is$/),
    })
    expect((await refused(program, id('001'), 'forget'))?.message).toMatch(
      /migration: is in the program and would run again: undo it with `down`, or take it out of the program first$/,
    )
    expect((await refused(migrator({ version: '001' }), id('002'), 'applied'))?.message).toMatch(
      /migration: is not in the program: bring its definition back, or forget it with --forget$/,
    )
    await migrator({ version: '001' }, { ...second, up: async () => {} }, { version: '003' }).migrate(only)
    expect(await refused(program, id('002'), 'applied')).toMatchObject({ code: 'MIGRATION_REFUSED', details: { newer: [id('003')] } })
  })

  test.skipIf(isAbsent)('takes a database that was made another way as it is, up to a version', async () => {
    const { id, migrator, entries } = await open()
    const program = migrator({ version: '001', up: failing }, { version: '002', up: failing }, { version: '003' })
    expect(await program.baseline({ ...only, to: '2', dryRun: true })).toMatchObject({
      public: { state: 'pending', migrations: [id('001'), id('002')] },
    })
    expect(await entries()).toEqual([])
    expect(await program.baseline({ ...only, to: '2', by: 'lan' })).toMatchObject({ verdict: 'done', public: { state: 'applied' } })
    expect((await entries()).map(({ name }) => name)[0]).toBe('baseline --to=2, by lan')
    expect(await program.migrate(only)).toMatchObject({ public: { state: 'applied', migrations: [id('003')] } })
    expect(await program.baseline({ ...only, to: '3' })).toMatchObject({ public: { state: 'up-to-date' } })
  })
})
