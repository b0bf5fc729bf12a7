import { describe, expect, test } from 'vitest'
import { runnableMigrations } from '../../src/postgres/migrator/runnable.js'
import { postgresTarget } from '../../src/postgres/migrator/target.js'
import { createNames } from '../../src/postgres/names.js'
import { migrate, migration, runContext, scratchTarget, users } from './migrate-target.js'
import { scratchPool } from './scratch-schema.js'

describe('the lock', () => {
  const wait = { waitMs: 0, signal: null, onWait: () => {} }

  test('of a session and of a transaction keep each other out', async () => {
    const { target } = scratchTarget()
    const made = target(users)
    const inTransaction = await made.lock(wait)
    await expect(made.lock(wait)).rejects.toMatchObject({
      code: 'MIGRATION_LOCKED',
      details: { holder: expect.stringContaining('backend ') },
    })
    await inTransaction.release()
    const inSession = await made.lock(wait)
    await inSession.syncIndexes({ indexSet: 'platform', prune: false, collection: null }, runContext)
    await expect(made.lock(wait)).rejects.toMatchObject({ code: 'MIGRATION_LOCKED' })
    expect(await made.readLock()).toMatchObject({ expiresInMs: null, since: expect.any(Date) })
    await inSession.release()
    expect(await made.readLock()).toBeNull()
    await (await made.lock(wait)).release()
  })

  test('is waited for with nothing open, and its holder told once', async () => {
    const holder = scratchTarget()
    const held = await holder.target(users).lock(wait)
    const application_name = `waiter of ${holder.schema}`
    const waiter = postgresTarget({
      pool: scratchPool({ application_name }),
      names: createNames({ schema: holder.schema }),
      migrations: runnableMigrations([users]),
    })
    const told: unknown[] = []
    const waiting = waiter.lock({ ...wait, waitMs: 20_000, onWait: (by) => told.push(by?.holder) })
    await expect.poll(() => told.length).toBe(1)
    const states: unknown[] = []
    for (let sample = 0; sample < 20; sample += 1) {
      await new Promise((resolve) => setTimeout(resolve, 25))
      const rows = await holder.query('select state, wait_event from pg_stat_activity where application_name = $1', [application_name])
      states.push(...rows.map(({ state }) => state))
      expect(rows.map(({ wait_event }) => wait_event)).not.toContain('advisory')
    }
    // The waiting run looks at intervals. For the rest of the time its connection is idle and in no transaction.
    expect(states.filter((state) => state === 'idle').length).toBeGreaterThan(states.length / 2)
    await held.release()
    await (await waiting).release()
    expect(told).toHaveLength(1)
  })

  test('ends when the signal is aborted', async () => {
    const made = scratchTarget().target(users)
    const held = await made.lock(wait)
    const abort = new AbortController()
    const waiting = made.lock({ ...wait, waitMs: 20_000, signal: abort.signal, onWait: () => abort.abort() })
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' })
    await held.release()
  })

  test.each([true, false])('that is broken fences its holder (tx: %s)', async (tx) => {
    const { target, schema, query } = scratchTarget()
    const made = target(users)
    await migrate(made)
    let broken: unknown
    const late = migration({
      id: '002-late',
      tx,
      up: async (session) => {
        await session.query(`insert into ${schema}.users (id) values (1)`)
        broken = await made.breakLock()
        await session.query(`insert into ${schema}.users (id) values (2)`)
      },
    })
    await expect(migrate(target(users, late))).rejects.toMatchObject({ code: 'LEASE_LOST' })
    expect(broken).toMatchObject({ holder: expect.stringContaining('backend ') })
    expect(await query(`select id from ${schema}.users`)).toEqual(tx ? [] : [{ id: 1 }])
    expect(await made.breakLock()).toBeNull()
    await (await made.lock(wait)).release()
  })
})
