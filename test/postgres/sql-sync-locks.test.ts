import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { acquireSyncLock, listSyncLocks } from '../../src/sync/index.js'
import { engines, functionEngines } from './engines.js'
import { newRole, supabase } from './rights-kit.js'
import { onServer, type ScratchSchema } from './scratch-schema.js'

/** Calls the functions and reads the views as a person at psql does. */
function psql({ query, schema }: ScratchSchema) {
  const run = (sql: string) => query(sql.replaceAll('$s', `"${schema}"`))
  return {
    run,
    acquire: async (account: string, page: string, owner: string, seconds = 60) => {
      const [row] = await run(`select * from $s.acquire_sync_lock('${account}', '${page}', '${owner}', ${seconds})`)
      return row as { readonly acquired: boolean; readonly token: string | number | null; readonly locked_by: string }
    },
    value: async (sql: string) => Object.values((await run(`select ${sql}`))[0] ?? {})[0],
  }
}

describe.each(engines)('the locks of syncs by SQL on %s', (_, open) => {
  test('are the same that the library has', async () => {
    const scratch = await open()
    const { acquire, run, value } = psql(scratch)
    const account = createConversationStore({ adapter: scratch.adapter }).forAccount('acme')
    const lock = await acquireSyncLock(account, { oaId: 'page', owner: 'library' })
    deepEqual(await acquire('acme', 'page', 'psql').then(({ acquired, token, locked_by }) => [acquired, token, locked_by]), [
      false,
      null,
      'library',
    ])
    deepEqual(await run('select account_id, page_id, locked_by, locked_at <= expires_at as ordered from $s.sync_locks'), [
      { account_id: 'acme', page_id: 'page', locked_by: 'library', ordered: true },
    ])
    equal(await value(`$s.extend_sync_lock('acme', 'page', ${lock.token}, 600) > now() + interval '9 minutes'`), true)
    equal(await value(`$s.release_sync_lock('acme', 'page', ${lock.token + 1})`), false)
    equal(await value(`$s.release_sync_lock('acme', 'page', ${lock.token})`), true)
    equal(await value(`$s.release_sync_lock('acme', 'page', ${lock.token})`), false)
    equal(await value(`$s.extend_sync_lock('acme', 'page', ${lock.token}, 600) is null`), true)
    deepEqual(await run('select * from $s.sync_locks'), [])

    const mine = await acquire('acme', 'page', 'psql')
    equal(mine.acquired, true)
    ok(Number(mine.token) > lock.token)
    await rejects(acquireSyncLock(account, { oaId: 'page', owner: 'library' }), { code: 'SYNC_IN_PROGRESS' })
    deepEqual(
      (await listSyncLocks(account)).items.map(({ lockedBy }) => lockedBy),
      ['psql'],
    )
    await rejects(account.upsertConversation({ oaId: 'page', customerId: 'lan' }, { lease: lock.lease }), { code: 'LEASE_LOST' })
  })

  test('keep their counter when somebody deletes the row, and are freed by it', async () => {
    const { acquire, run } = psql(await open())
    const tokens: number[] = []
    for (let round = 0; round < 4; round++) {
      const { acquired, token } = await acquire('acme', 'page', `psql ${round}`)
      equal(acquired, true)
      tokens.push(Number(token))
      await run("delete from $s.sync_locks where account_id = 'acme' and page_id = 'page'")
    }
    deepEqual(tokens, [1, 2, 3, 4])
  })

  test('are tidied up once their time is over, and no other lease', async () => {
    const { acquire, run, value } = psql(await open())
    const [over, held] = [await acquire('acme', 'a', 'dead'), await acquire('beta', 'a', 'alive')]
    await run(
      `insert into $s.leases (account_id, kind, key, holder, operation_id, token, acquired_at, expires_at)
       values ('acme', 'move', 'a', 'h', 'o', 1, now() - interval '2 hours', now() - interval '1 hour')`,
    )
    await run(
      `update $s.sync_locks set locked_at = now() - interval '2 hours', expires_at = now() - interval '1 hour' where account_id = 'acme'`,
    )
    deepEqual(
      await run(
        'select account_id, page_id, locked_by, status, duration_seconds between 7200 and 7260 as is_old from $s.active_syncs order by 1',
      ),
      [
        { account_id: 'acme', page_id: 'a', locked_by: 'dead', status: 'EXPIRED', is_old: true },
        { account_id: 'beta', page_id: 'a', locked_by: 'alive', status: 'ACTIVE', is_old: false },
      ],
    )
    equal(Number(await value('$s.cleanup_expired_locks()')), 1)
    equal(Number(await value('$s.cleanup_expired_locks()')), 0)
    deepEqual(await run('select account_id, page_id from $s.sync_locks'), [{ account_id: 'beta', page_id: 'a' }])
    deepEqual(await run("select kind from $s.leases where account_id = 'acme'"), [{ kind: 'move' }])
    ok(Number((await acquire('acme', 'a', 'next')).token) > Number(over.token))
    equal(held.acquired, true)
  })

  test('go to whoever comes after their time, without a clean-up', async () => {
    const { acquire, run } = psql(await open())
    const first = await acquire('acme', 'a', 'dead')
    await run(`update $s.sync_locks set expires_at = now() - interval '1 second'`)
    const second = await acquire('acme', 'a', 'next')
    deepEqual([second.acquired, second.locked_by], [true, 'next'])
    ok(Number(second.token) > Number(first.token))
  })
})

describe.each(functionEngines)('the functions of the locks on %s', (_, open) => {
  test('refuse arguments that are none, and name them', async () => {
    const { run } = psql(await open())
    const long = `repeat('x', 513)`
    for (const [call, message] of [
      ["acquire_sync_lock(null, 'p', 'o', 60)", 'account_id: is required'],
      ["acquire_sync_lock('', 'p', 'o', 60)", 'account_id: must have 1 to 512 bytes'],
      ["acquire_sync_lock('a', 'null', 'o', 60)", 'page_id: must be an id, not the text of a missing one'],
      [`acquire_sync_lock('a', 'p', ${long}, 60)`, 'locked_by: must have 1 to 512 bytes'],
      ["acquire_sync_lock('a', 'p', 'o', 0)", 'ttl_seconds: must be 1 to 86400 seconds'],
      ["acquire_sync_lock('a', 'p', 'o', 86401)", 'ttl_seconds: must be 1 to 86400 seconds'],
      ["acquire_sync_lock('a', 'p', 'o', null)", 'ttl_seconds: is required'],
      ["extend_sync_lock('a', 'p', null, 60)", 'token: is required'],
      ["extend_sync_lock('a', 'p', 0, 60)", 'token: must be a token, which is 1 or more'],
      ["extend_sync_lock('a', 'p', 1, -1)", 'ttl_seconds: must be 1 to 86400 seconds'],
      ["release_sync_lock('a', null, 1)", 'page_id: is required'],
      ["release_sync_lock('a', 'p', null)", 'token: is required'],
    ] as const) {
      await rejects(run(`select * from $s.${call}`), { code: '22023', message })
    }
    deepEqual(await run('select * from $s.leases'), [])
    equal((await run("select * from $s.acquire_sync_lock('a', 'p', 'o', 86400)"))[0]?.acquired, true)
  })

  test('can be dropped by their names alone, because none is overloaded', async () => {
    const { run } = psql(await open())
    for (const name of ['acquire_sync_lock', 'extend_sync_lock', 'release_sync_lock', 'cleanup_expired_locks']) {
      await run(`drop function if exists $s.${name}`)
    }
    deepEqual(
      await run(`select proname from pg_proc where pronamespace = '$s'::regnamespace and proname ~ '(sync_lock|expired_locks)$'`),
      [],
    )
  })
})

test('the functions mean the same to a caller whose strings have escapes', async () => {
  const { pool, schema } = await onServer()
  const client = await pool.connect()
  try {
    await client.query('set standard_conforming_strings = off')
    const { rows } = await client.query(`select acquired, locked_by from "${schema}".acquire_sync_lock('acme', 'page', 'psql', 60)`)
    deepEqual(rows, [{ acquired: true, locked_by: 'psql' }])
  } finally {
    client.release()
  }
})

test('the views are closed to the roles of end users, and told where somebody may read them', async () => {
  const { pool, adapter, schema, anon, authenticated } = await supabase()
  const stranger = await newRole(pool, 'stranger')
  for (const role of [anon, authenticated]) {
    for (const view of ['sync_locks', 'active_syncs']) {
      const { rows } = await pool.query('select has_table_privilege($1, $2, $3) as may', [
        role,
        `${schema}.${view}`,
        'select, insert, update, delete',
      ])
      deepEqual(rows, [{ may: false }])
    }
  }
  const store = createConversationStore({ adapter })
  equal((await store.checkSchema()).rights, undefined)
  await pool.query(`grant select on ${schema}.active_syncs to ${stranger}`)
  deepEqual((await store.checkSchema()).rights, [`the role ${stranger} has rights on active_syncs`])
})

test('checkSchema tells a view that is missing, and one that reads with the rights of its owner', async () => {
  const { pool, adapter, schema } = await onServer()
  const store = createConversationStore({ adapter })
  equal((await store.checkSchema()).ok, true)
  await pool.query(`drop view ${schema}.active_syncs; alter view ${schema}.sync_locks reset (security_invoker, security_barrier)`)
  const { ok: isOk, missing, different } = await store.checkSchema()
  deepEqual([isOk, missing, different], [false, ['view active_syncs'], ['view sync_locks']])
})
