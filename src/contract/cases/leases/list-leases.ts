import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { holds, only, rejects, upTo } from '../../expectations.js'
import { acquired, runOut } from './lease-calls.js'

export const listLeasesCases: CaseList = [
  {
    title: 'lists the leases of an account by kind and key, page by page, or those of one kind',
    async run({ scene }) {
      const { account, foreign } = scene()
      const names = [
        { kind: 'move', key: 'b' },
        { kind: 'move', key: 'é' },
        { kind: 'sync', key: 'B' },
        { kind: 'sync', key: 'a' },
        { kind: 'sync', key: 'c' },
      ]
      for (const name of names.toReversed()) await acquired(account, name, { holder: `of ${name.key}` })
      await acquired(foreign().account, { kind: 'sync', key: 'b' })
      const walked: object[] = []
      for await (const { kind, key, holder } of account.listLeases({ limit: 2 })) walked.push({ kind, key, holder })
      assert.deepEqual(
        walked,
        names.map((name) => ({ ...name, holder: `of ${name.key}` })),
      )
      const keys: string[] = []
      for await (const { key } of account.listLeases({ kind: 'sync', limit: 1 })) keys.push(key)
      assert.deepEqual(keys, ['B', 'a', 'c'])
      const { nextCursor } = await account.listLeases({ kind: 'sync', limit: 1 })
      await rejects(account.listLeases({ kind: 'move', cursor: nextCursor ?? '' }), 'VALIDATION_FAILED')
      assert.deepEqual((await account.listLeases({ kind: 'nothing' })).items, [])
    },
  },
  {
    title: 'shows a lease that ran out until it is released, and its token releases it',
    async run({ scene, raw }) {
      const { account, accountId } = scene()
      const name = { kind: 'sync', key: 'page' }
      const { token, since, expiresAt } = await acquired(account, name, { ttlMs: 1 })
      const found = await runOut(account, name)
      holds(found, { ...name, token, since, expiresAt, holder: 'a' })
      await account.releaseLease({ ...name, token: found.token })
      assert.deepEqual((await account.listLeases()).items, [])
      assert.deepEqual(await raw.leases(accountId), [])
    },
  },
  {
    title: 'tells of a lease what is left of it by the clock that times it',
    async run({ scene }) {
      const { account } = scene()
      await acquired(account, { kind: 'sync', key: 'page' }, { ttlMs: 30_000 })
      const { expiresInMs, since, expiresAt } = only((await account.listLeases()).items)
      assert.ok(expiresInMs > 0 && expiresInMs <= 30_000, `${expiresInMs} ms left`)
      assert.equal(expiresAt.getTime() - since.getTime(), 30_000)
    },
  },
  {
    title: 'tells that the time of a lease is over no sooner than another one can have it',
    async run({ scene }) {
      const { account } = scene()
      // The clock cannot be moved, so each round looks at another moment of the last millisecond.
      for (const round of upTo(20)) {
        const name = { kind: 'sync', key: `page ${round}` }
        await acquired(account, name, { ttlMs: 2 })
        await runOut(account, name)
        await acquired(account, name, { holder: 'b' })
      }
    },
  },
]
