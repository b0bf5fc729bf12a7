import assert from 'node:assert/strict'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { said } from '../../events.js'
import { only, upTo } from '../../expectations.js'
import { acquired, runOut } from '../leases/lease-calls.js'
import { begun, completed, pageOf } from './sync-calls.js'

export const syncStatisticsCases: CaseList = withJointWrites([
  {
    title: 'tells how the syncs of an inbox went, over all its sessions',
    async run({ scene, store, clock }) {
      const here = scene(store({ clock: clock.now }))
      const { account, accountId, oaId } = here
      await begun(here.foreign().account, oaId)
      for (const elapsedMs of [900, 100, 300]) await completed(account, await begun(account, oaId), { elapsedMs })
      const lastCompletedAt = clock.now()
      clock.advance(1_000)
      const failed = await begun(account, oaId)
      await account.failSync({ sessionId: failed.sessionId, error: { code: 'A', message: 'A: first' } })
      clock.advance(1_000)
      const running = await begun(account, oaId)
      const { session } = await account.writeSyncPage(pageOf(running, 'lan', [said('m1'), said('m2')], { elapsedMs: 5_000 }))
      const counts = { sessions: 5, completed: 3, failed: 0, superseded: 1, completionRate: 0.75, pages: 4, messages: 2 }
      const rest = { p50Ms: 300, p95Ms: 900, lastStartedAt: running.startedAt, lastCompletedAt, lock: null }
      const expected = { accountId, oaId, ...counts, ...rest, lastError: { code: 'A', message: 'A: first' } }
      assert.deepEqual(only((await account.syncStatistics({ oaId })).items), expected)
      clock.advance(1_000)
      await account.failSync({ sessionId: session.sessionId, error: { code: 'B', message: 'B: then' } })
      const then = { ...expected, failed: 1, lastError: { code: 'B', message: 'B: then' } }
      assert.deepEqual(only((await account.syncStatistics()).items), then)
    },
  },
  {
    title: 'tells what has never ended as unknown, and whether somebody has the lock or let it run out',
    async run({ scene }) {
      const { account, accountId, oaId } = scene()
      const { startedAt } = await begun(account, oaId)
      const read = async () => only((await account.syncStatistics({ oaId })).items)
      const counts = { sessions: 1, completed: 0, failed: 0, superseded: 0, pages: 0, messages: 0, lastStartedAt: startedAt }
      const unknown = { completionRate: null, p50Ms: null, p95Ms: null, lastError: null, lastCompletedAt: null }
      assert.deepEqual(await read(), { accountId, oaId, ...counts, ...unknown, lock: null })
      const lease = { kind: 'sync', key: oaId }
      await acquired(account, { kind: 'other', key: oaId })
      assert.equal((await read()).lock, null)
      const { token } = await acquired(account, lease)
      assert.equal((await read()).lock, 'ACTIVE')
      await account.releaseLease({ ...lease, token })
      assert.equal((await read()).lock, null)
      await acquired(account, lease, { ttlMs: 1 })
      await runOut(account, lease)
      assert.equal((await read()).lock, 'EXPIRED')
    },
  },
  {
    title: 'lists inboxes by `oaId`, page by page, each with all its sessions',
    async run({ scene, unique }) {
      const { account } = scene()
      const inboxes = upTo(5).map(() => unique('oa'))
      for (const oaId of [...inboxes, ...inboxes]) await begun(account, oaId)
      const walked: [string, number][] = []
      for await (const { oaId, sessions } of account.syncStatistics({ limit: 2 })) walked.push([oaId, sessions])
      assert.deepEqual(
        walked,
        [...inboxes].sort().map((oaId) => [oaId, 2]),
      )
    },
  },
])
