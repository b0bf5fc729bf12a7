import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { losingReplies, retry } from '../../errors/losing-replies.js'
import { holds, only, racing, rejects, upTo } from '../../expectations.js'
import { acquired, acquiredOnceOver, longMs } from './lease-calls.js'

const sync = { kind: 'sync', key: 'page' }

export const acquireLeaseCases: CaseList = [
  {
    title: 'gives a lease that nobody has, with a token, since when and until when',
    async run({ scene, raw }) {
      const { account, accountId } = scene()
      const lease = await acquired(account, sync, { holder: 'host 1' })
      holds(lease, { ...sync, holder: 'host 1', token: 1 })
      assert.equal(lease.expiresAt.getTime() - lease.since.getTime(), longMs)
      assert.ok(lease.expiresInMs > 0 && lease.expiresInMs <= longMs, `${lease.expiresInMs} ms left`)
      const row = only(await raw.leases(accountId))
      holds(row, { ...sync, holder: 'host 1', token: 1, acquired_at: lease.since, expires_at: lease.expiresAt })
    },
  },
  {
    title: 'tells who has a lease that is held, since when and until when, without the token, and leaves it as it is',
    async run({ scene, raw }) {
      const { account, accountId } = scene()
      const { token, expiresInMs, ...held } = await acquired(account, sync, { holder: '$first' })
      const answer = await account.acquireLease({ ...sync, holder: 'second', ttlMs: 1 })
      assert.ok(!answer.acquired)
      const { expiresInMs: left, ...heldBy } = answer.heldBy
      assert.deepEqual(heldBy, held)
      assert.ok(left <= expiresInMs && left > 0, `${left} ms left`)
      holds(only(await raw.leases(accountId)), { holder: '$first', token, expires_at: held.expiresAt })
      // Nor is it given to the same holder twice, because two processes may call themselves alike.
      assert.equal((await account.acquireLease({ ...sync, holder: '$first', ttlMs: 1 })).acquired, false)
    },
  },
  {
    title: 'gives a lease to one of 50 who start at once, and tells the others who has it',
    async run({ store, scene, raw }) {
      const { accountId } = scene()
      const stores = upTo(5).map(() => store())
      for (const token of upTo(3)) {
        const answers = await racing(50, async (index) => {
          const account = (stores[index % 5] ?? store()).forAccount(accountId)
          return account.acquireLease({ ...sync, holder: `host ${index}`, ttlMs: longMs })
        })
        const lease = only(answers.flatMap((answer) => (answer.acquired ? [answer.lease] : [])))
        for (const answer of answers) if (!answer.acquired) holds(answer.heldBy, { holder: lease.holder, since: lease.since })
        const row = only(await raw.leases(accountId))
        holds(row, { holder: lease.holder, token: lease.token })
        assert.ok(lease.token >= token)
        await store()
          .forAccount(accountId)
          .releaseLease({ ...sync, token: lease.token })
      }
    },
  },
  {
    title: 'gives a lease whose time is over to the next one, with a higher token',
    async run({ scene, raw }) {
      const { account, accountId } = scene()
      const first = await acquired(account, sync, { ttlMs: 1 })
      const second = await acquiredOnceOver(account, sync, { holder: 'b' })
      assert.ok(second.token > first.token)
      assert.ok(second.since >= first.expiresAt)
      holds(only(await raw.leases(accountId)), { holder: 'b', token: second.token })
    },
  },
  {
    title: 'never gives a token again, however leases end',
    async run({ scene, raw }) {
      const { account, accountId } = scene()
      let last = 0
      for (const round of upTo(6)) {
        const ttlMs = round % 2 === 0 ? 1 : longMs
        const { token } = await acquiredOnceOver(account, sync, { ttlMs })
        assert.ok(token > last, `${token} after ${last}`)
        last = token
        if (ttlMs === longMs) await account.releaseLease({ ...sync, token })
      }
      assert.ok((await raw.leases(accountId)).length <= 1)
    },
  },
  {
    title: 'refuses a holder that was frozen past its time all it can do, and fences it by its token',
    async run({ scene, raw }) {
      const { account, accountId } = scene()
      const frozen = await acquired(account, sync, { holder: 'frozen', ttlMs: 1 })
      const next = await acquiredOnceOver(account, sync, { holder: 'next' })
      await rejects(account.renewLease({ ...sync, token: frozen.token, ttlMs: longMs }), 'LEASE_LOST', {
        key: 'sync page',
        reason: 'taken over',
      })
      await account.releaseLease({ ...sync, token: frozen.token })
      assert.equal((await account.acquireLease({ ...sync, holder: 'frozen', ttlMs: longMs })).acquired, false)
      assert.ok(next.token > frozen.token)
      holds(only(await raw.leases(accountId)), { holder: 'next', token: next.token, expires_at: next.expiresAt })
    },
  },
  {
    title: 'keeps accounts, kinds and keys apart',
    async run({ scene, raw }) {
      const ours = scene()
      const theirs = ours.foreign()
      await acquired(ours.account, sync)
      await acquired(ours.account, { kind: 'sync', key: 'Page' })
      await acquired(ours.account, { kind: 'sync p', key: 'age' })
      await acquired(ours.account, { kind: 'move', key: 'page' })
      holds(await acquired(theirs.account, sync), { token: 1 })
      assert.equal((await raw.leases(ours.accountId)).length, 4)
      only(await raw.leases(theirs.accountId))
    },
  },
  {
    title: 'gives a lease once whose reply was lost, to the call that is sent again',
    async run({ storeOver, scene, raw }) {
      const { account, accountId } = scene(storeOver(losingReplies(2), { retry }))
      const lease = await acquired(account, sync)
      holds(lease, { token: 1 })
      holds(only(await raw.leases(accountId)), { token: 1 })
      holds(await account.renewLease({ ...sync, token: lease.token, ttlMs: longMs }), { token: lease.token })
      await account.releaseLease({ ...sync, token: lease.token })
      assert.deepEqual(await raw.leases(accountId), [])
      assert.ok((await acquired(account, sync)).token > lease.token)
    },
  },
  {
    title: 'tells a call that is sent again who took the lease over in between',
    async run({ store, storeOver, scene }) {
      const { accountId } = scene()
      const other = store().forAccount(accountId)
      const takingOver = () => acquiredOnceOver(other, sync, { holder: 'other' })
      const losing = storeOver(losingReplies(1, takingOver), { retry }).forAccount(accountId)
      const answer = await losing.acquireLease({ ...sync, holder: 'a', ttlMs: 1 })
      assert.ok(!answer.acquired)
      holds(answer.heldBy, { holder: 'other' })
    },
  },
  {
    title: 'refuses a time that is none, or longer than a day, and names that are none',
    async run({ scene, raw }) {
      const { account, accountId } = scene()
      const sound = { ...sync, holder: 'a', ttlMs: 1 }
      for (const wrong of [{ ttlMs: 0 }, { ttlMs: 1.5 }, { ttlMs: 86_400_001 }, { kind: '' }, { key: '' }, { holder: '' }, { key: 'a\0b' }])
        await rejects(account.acquireLease({ ...sound, ...wrong }), 'VALIDATION_FAILED')
      assert.deepEqual(await raw.leases(accountId), [])
      await acquired(account, sync, { ttlMs: 86_400_000 })
    },
  },
]
