import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { holds, only, racing } from '../../expectations.js'
import { acquired, acquiredOnceOver, longMs } from './lease-calls.js'

const sync = { kind: 'sync', key: 'page' }

export const releaseLeaseCases: CaseList = [
  {
    title: 'frees a lease at once, and leaves nothing of it to see',
    async run({ scene, raw }) {
      const { account, accountId } = scene()
      const { token } = await acquired(account, sync)
      await account.releaseLease({ ...sync, token })
      assert.deepEqual(await raw.leases(accountId), [])
      assert.deepEqual((await account.listLeases()).items, [])
      assert.ok((await acquired(account, sync)).token > token)
    },
  },
  {
    title: 'frees nothing for a token that is not the holder’s, for another account or for another kind',
    async run({ scene, raw }) {
      const { account, accountId, foreign } = scene()
      const first = await acquired(account, sync, { ttlMs: 1 })
      const { token } = await acquiredOnceOver(account, sync, { holder: 'b' })
      await account.releaseLease({ ...sync, token: first.token })
      await account.releaseLease({ ...sync, token: token + 1 })
      await account.releaseLease({ kind: 'move', key: 'page', token })
      await foreign().account.releaseLease({ ...sync, token })
      holds(only(await raw.leases(accountId)), { holder: 'b', token })
    },
  },
  {
    title: 'may be called again, and by several at once, and frees the lease of its own token alone',
    async run({ scene, raw }) {
      const { account, accountId } = scene()
      const { token } = await acquired(account, sync)
      await racing(8, () => account.releaseLease({ ...sync, token }))
      const next = await acquired(account, sync, { holder: 'next', ttlMs: longMs })
      await account.releaseLease({ ...sync, token })
      holds(only(await raw.leases(accountId)), { holder: 'next', token: next.token })
    },
  },
]
