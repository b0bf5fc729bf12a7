import { deepEqual } from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { engines } from './engines.js'

describe.each(engines)('the view of how syncs went on %s', (_, open) => {
  test('tells what syncStatistics tells, for all accounts', async () => {
    const { adapter, query, schema } = await open()
    const store = createConversationStore({ adapter })
    const page = { conversations: [], phase: 'list', cursor: null }
    for (const [accountId, oaId, elapsedMs] of [
      ['acme', 'page-1', 40],
      ['acme', 'page-1', 90],
      ['acme', 'page-2', 10],
      ['globex', 'page-1', 70],
    ] as const) {
      const account = store.forAccount(accountId)
      const { sessionId } = await account.beginSync({ oaId, source: 'export' })
      await account.failSync({ sessionId, error: { code: 'CODE', message: `CODE: ${elapsedMs}` } })
      await account.writeSyncPage({ ...page, sessionId, expectedPages: 0, isLast: elapsedMs !== 10, elapsedMs })
    }
    const acme = store.forAccount('acme')
    const { sessionId } = await acme.beginSync({ oaId: 'page-2', source: 'export' })
    await acme.failSync({ sessionId, error: { code: 'CODE', message: 'CODE: why' } })
    await acme.acquireLease({ kind: 'sync', key: 'page-1', holder: 'host', ttlMs: 60_000 })

    const rows = await query(`select * from "${schema}".sync_statistics order by account_id, page_id`)
    const told = []
    for (const accountId of ['acme', 'globex']) told.push(...(await store.forAccount(accountId).syncStatistics()).items)
    deepEqual(
      rows.map((row) => ({
        accountId: row.account_id,
        oaId: row.page_id,
        sessions: Number(row.sessions),
        completed: Number(row.completed),
        failed: Number(row.failed),
        superseded: Number(row.superseded),
        completionRate: row.completion_rate,
        pages: Number(row.pages),
        messages: Number(row.messages),
        p50Ms: row.p50_ms === null ? null : Number(row.p50_ms),
        p95Ms: row.p95_ms === null ? null : Number(row.p95_ms),
        lastError: row.last_error === null ? null : { code: 'CODE', message: row.last_error },
        lastStartedAt: row.last_started_at,
        lastCompletedAt: row.last_completed_at,
        lock: row.lock_status,
      })),
      told,
    )
    deepEqual(
      told.map(({ completed, failed, p50Ms, p95Ms, lastError, lock }) => [completed, failed, p50Ms, p95Ms, lastError?.message, lock]),
      [
        [2, 0, 40, 90, undefined, 'ACTIVE'],
        [0, 1, null, null, 'CODE: why', null],
        [1, 0, 70, 70, undefined, null],
      ],
    )
  })
})
