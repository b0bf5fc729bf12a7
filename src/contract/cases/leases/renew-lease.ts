import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { holds, only, racing, rejects } from '../../expectations.js'
import { acquired, acquiredOnceOver, longMs, runOut } from './lease-calls.js'

const sync = { kind: 'sync', key: 'page' }

export const renewLeaseCases: CaseList = [
  {
    title: 'gives the holder the lease for `ttlMs` from now, and keeps its token and its beginning',
    async run({ scene, raw }) {
      const { account, accountId } = scene()
      const first = await acquired(account, sync, { ttlMs: longMs / 2 })
      const renewed = await account.renewLease({ ...sync, token: first.token, ttlMs: longMs })
      holds(renewed, { ...sync, holder: 'a', token: first.token, since: first.since })
      assert.ok(renewed.expiresAt > first.expiresAt)
      assert.ok(renewed.expiresInMs > longMs / 2 && renewed.expiresInMs <= longMs)
      holds(only(await raw.leases(accountId)), { token: first.token, acquired_at: first.since, expires_at: renewed.expiresAt })
    },
  },
  {
    title: 'renews a lease that ran out, as long as nobody else acquired it',
    async run({ scene }) {
      const { account } = scene()
      const { token } = await acquired(account, sync, { ttlMs: 1 })
      await runOut(account, sync)
      const renewed = await account.renewLease({ ...sync, token, ttlMs: longMs })
      assert.ok(renewed.expiresInMs > 0)
      assert.equal((await account.acquireLease({ ...sync, holder: 'b', ttlMs: longMs })).acquired, false)
    },
  },
  {
    title: 'throws LEASE_LOST once another one has the lease, once it was released, and for a token that nobody had',
    async run({ scene, raw }) {
      const { account, accountId } = scene()
      const lost = { key: 'sync page', reason: 'taken over' } as const
      const first = await acquired(account, sync, { ttlMs: 1 })
      const second = await acquiredOnceOver(account, sync)
      await rejects(account.renewLease({ ...sync, token: first.token, ttlMs: longMs }), 'LEASE_LOST', lost)
      await rejects(account.renewLease({ ...sync, token: second.token + 1, ttlMs: longMs }), 'LEASE_LOST', lost)
      holds(only(await raw.leases(accountId)), { token: second.token, expires_at: second.expiresAt })
      await account.releaseLease({ ...sync, token: second.token })
      await rejects(account.renewLease({ ...sync, token: second.token, ttlMs: longMs }), 'LEASE_LOST', lost)
      assert.deepEqual(await raw.leases(accountId), [])
    },
  },
  {
    title: 'renews no other account’s lease, nor one of another kind',
    async run({ scene, raw }) {
      const ours = scene()
      const { token, expiresAt } = await acquired(ours.account, sync)
      await rejects(ours.foreign().account.renewLease({ ...sync, token, ttlMs: longMs * 2 }), 'LEASE_LOST')
      await rejects(ours.account.renewLease({ kind: 'move', key: 'page', token, ttlMs: longMs * 2 }), 'LEASE_LOST')
      holds(only(await raw.leases(ours.accountId)), { expires_at: expiresAt })
    },
  },
  {
    title: 'lets either the holder or the next one have a lease that runs out, never both',
    async run({ scene, raw }) {
      const { account, accountId } = scene()
      for (const key of ['p1', 'p2', 'p3', 'p4', 'p5']) {
        const name = { kind: 'sync', key }
        const { token } = await acquired(account, name, { ttlMs: 1 })
        const answers = await racing(10, async (index) =>
          index % 2 === 0
            ? account.renewLease({ ...name, token, ttlMs: longMs }).then(
                () => 'renewed',
                () => 'lost',
              )
            : account.acquireLease({ ...name, holder: 'b', ttlMs: longMs }).then((answer) => (answer.acquired ? 'acquired' : 'held')),
        )
        const row = (await raw.leases(accountId)).find((each) => each.key === key)
        const wasTaken = answers.includes('acquired')
        holds(row, { holder: wasTaken ? 'b' : 'a' })
        assert.ok(wasTaken || answers.includes('renewed'))
        assert.ok(answers.filter((answer) => answer === 'acquired').length <= 1)
      }
    },
  },
]
