import { describe, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import type { IndexSyncOptions } from '../../src/migrator/kernel/index-findings.js'
import { postgresSyncTables } from '../../src/postgres/migrator/sync-tables.js'
import { postgresTarget } from '../../src/postgres/migrator/target.js'
import { createNames } from '../../src/postgres/names.js'
import { functionsSql, runnableStoreMigrations } from '../../src/postgres/schema/steps.js'
import { isServerAbsent } from '../contract/server.js'
import { runContext } from './migrate-target.js'
import { newRole } from './rights-kit.js'
import { onPglite, onServer } from './scratch-schema.js'
import { postgresSyncObjects } from './sync-objects.js'

const options = { lockWaitMs: 5_000, signal: new AbortController().signal }
const everything: IndexSyncOptions = { indexSet: 'platform', prune: false, collection: null }
const awkward = { schema: `it's "a\\b" $do$ $removed$`, tablePrefix: 'p\'"$1; -- ' }

describe.each([
  ['PGlite', false, async (more: object) => onPglite(more).then(({ pglite, ...rest }) => ({ ...rest, pool: pglite }))],
  ['PostgreSQL', isServerAbsent('postgres'), async (more: object) => onServer(more)],
] as const)('a store whose tables of the sync were removed on %s', (_, isAbsent, open) => {
  const removed = async (more: { readonly schema?: string; readonly tablePrefix?: string; readonly partitions?: number } = {}) => {
    const { adapter, schema, pool, query } = await open(more)
    const { tablePrefix = '' } = more
    const store = createConversationStore({ adapter })
    const tables = postgresSyncTables({ pool, schema, tablePrefix })
    expect(await tables.look()).toEqual({ database: schema, objects: postgresSyncObjects, sessions: 0 })
    expect((await tables.remove(options)).objects).toEqual(postgresSyncObjects)
    const names = createNames({ schema, tablePrefix })
    return { store, tables, schema, pool, query, names, objects: async () => (await tables.look()).objects }
  }

  test.skipIf(isAbsent)('is sound under any name, says what a sync needs, and has it back', async () => {
    const { store, tables, objects } = await removed(awkward)
    expect(await objects()).toEqual([])
    expect(await store.checkSchema()).toMatchObject({ ok: true, missing: [], different: [] })
    const acme = store.forAccount('acme')
    for (const call of [
      () => acme.beginSync({ oaId: 'page', source: 'export' }),
      () => acme.listSyncSessions(),
      () => store.forOperator().findSyncAccounts(),
    ]) {
      const refused = { code: 'UNSUPPORTED', message: expect.stringContaining('sync restore') }
      await expect((async () => call())()).rejects.toMatchObject(refused)
    }
    await acme.connectInbox({ oaId: 'page', channel: 'whatsapp' })
    expect(await acme.recordHistoryProgress({ oaId: 'page', progress: 7 })).toMatchObject({ history: { progress: 7 } })
    expect(await acme.sweep()).toEqual({ expiredEvents: 0, more: false })
    expect((await tables.restore(options)).objects).toEqual(postgresSyncObjects)
    expect(await store.checkSchema()).toMatchObject({ ok: true })
    await acme.beginSync({ oaId: 'page', source: 'export' })
    expect((await tables.restore(options)).sessions).toBe(1)
    await tables.remove(options)
  })

  test.skipIf(isAbsent)('goes on sweeping, and keeps how far a history is, under a lease too', async () => {
    const { store } = await removed()
    const acme = store.forAccount('acme')
    await acme.connectInbox({ oaId: 'phone', channel: 'whatsapp' })
    const name = { kind: 'pass', key: 'a' }
    const answer = await acme.acquireLease({ ...name, holder: 'host', ttlMs: 60_000 })
    if (!answer.acquired) throw new Error('somebody has the lease')
    const under = { lease: { ...name, token: answer.lease.token } }
    for (const [progress, options] of [
      [20, {}],
      [40, under],
    ] as const) {
      expect(await acme.sweep({}, options)).toEqual({ expiredEvents: 0, more: false })
      expect(await acme.recordHistoryProgress({ oaId: 'phone', progress }, options)).toMatchObject({ history: { progress } })
    }
  })

  test.skipIf(isAbsent)('does not get the functions back with the text of another version', async () => {
    const { query, names, objects } = await removed()
    for (const statement of functionsSql(names)) await query(statement)
    expect(await objects()).toEqual([])
  })

  test.skipIf(isAbsent)('misses none of its indexes, and is given none', async () => {
    const { pool, names } = await removed()
    const target = postgresTarget({ pool, names, migrations: runnableStoreMigrations() })
    expect((await target.compareIndexes('platform')).filter(({ verdict }) => verdict !== 'equal')).toEqual([])
    expect(await target.previewIndexes(everything)).toEqual([])
    const locked = await target.lock({ waitMs: 5_000, signal: null, onWait: () => {} })
    expect(await locked.syncIndexes(everything, runContext)).toEqual([])
    await locked.release()
  })

  test.skipIf(isAbsent)('gets as many partitions back as its other tables have', async () => {
    const { tables, query, names, store } = await removed({ partitions: 3 })
    await tables.restore(options)
    const [counted] = await query('select count(*)::int as partitions from pg_inherits where inhparent = to_regclass($1)', [
      names.fn('sync_state'),
    ])
    expect(counted).toEqual({ partitions: 3 })
    expect(await store.checkSchema()).toMatchObject({ ok: true })
  })
})

test.skipIf(isServerAbsent('postgres'))('a role that serves may use what was brought back', async () => {
  const { adapter, schema, pool } = await onServer()
  const role = await newRole(pool, 'app')
  await adapter.migrate({ servingRoles: [role] })
  const tables = postgresSyncTables({ pool, schema })
  await tables.remove(options)
  await tables.restore(options)
  expect((await adapter.checkSchema()).rights ?? []).toEqual([])
})

test.skipIf(isServerAbsent('postgres'))('what somebody else needs is not dropped, and neither is the rest', async () => {
  const { adapter, schema, pool, query } = await onServer()
  await query(`create view "${schema}".report as select * from "${schema}".sync_state`)
  const tables = postgresSyncTables({ pool, schema })
  await expect(tables.remove(options)).rejects.toThrow('depend')
  expect((await tables.look()).objects).toEqual(postgresSyncObjects)
  expect(await adapter.checkSchema()).toMatchObject({ ok: true })
})
