import assert from 'node:assert/strict'
import { keepLease } from '../../store/keep-lease.js'
import { acquired, acquiredOnceOver, longMs } from '../cases/leases/lease-calls.js'
import type { CaseList } from '../contract-case.js'
import { holds, only, rejects } from '../expectations.js'
import { interceptedAdapter } from '../intercepted-adapter.js'

const sync = { kind: 'sync', key: 'page' }

export const leaseLostCases: CaseList = [
  {
    title: 'says that the lease was taken over, to whoever renews it or keeps it',
    async run({ store, scene, raw }) {
      const { accountId } = scene()
      const account = store().forAccount(accountId)
      const kept = await keepLease(account, { ...sync, holder: 'a', ttlMs: longMs })
      assert.ok('token' in kept)
      // Somebody with the token lets the lease go, and another one has it.
      await account.releaseLease({ ...sync, token: kept.token })
      const next = await acquired(account, sync, { holder: 'b' })
      await rejects(kept.extend(), 'LEASE_LOST', { key: 'sync page', reason: 'taken over' })
      assert.equal(kept.signal.aborted, true)
      assert.throws(() => kept.requireHeld(), { code: 'LEASE_LOST' })
      await kept.release()
      holds(only(await raw.leases(accountId)), { holder: 'b', token: next.token })
      holds(await keepLease(account, { ...sync, holder: 'c', ttlMs: longMs }).then((held) => ('heldBy' in held ? held.heldBy : null)), {
        holder: 'b',
        since: next.since,
      })
    },
  },
  {
    title: 'comes at the end of the lease’s time where the database does not answer, and says so',
    async run({ storeOver, scene, store }) {
      const { accountId } = scene()
      const silent = storeOver((adapter) =>
        interceptedAdapter(adapter, (call) => (call.name === 'renewLease' ? new Promise(() => {}) : call.send())),
      )
      const kept = await keepLease(silent.forAccount(accountId), { ...sync, holder: 'a', ttlMs: 300 })
      assert.ok('token' in kept)
      await new Promise((resolve) => kept.signal.addEventListener('abort', resolve, { once: true }))
      holds(kept.signal.reason, { code: 'LEASE_LOST', details: { key: 'sync page', reason: 'no answer' } })
      const { token } = await acquiredOnceOver(store().forAccount(accountId), sync)
      assert.ok(token > kept.token)
      await silent.close()
    },
  },
]
