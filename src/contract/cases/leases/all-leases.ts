import assert from 'node:assert/strict'
import { isConversationStoreError } from '../../../model/errors.js'
import type { LeaseClaim } from '../../../store/lease-claim.js'
import type { Leases } from '../../../store/leases.js'
import type { CaseList } from '../../contract-case.js'
import type { ContractContext } from '../../contract-context.js'
import { losingReplies, retry } from '../../errors/losing-replies.js'
import { holds, only, racing, rejects, upTo } from '../../expectations.js'
import { acquired, acquiredOnceOver, longMs, runOut } from './lease-calls.js'

/** A kind that no other case has, because the calls of the operator see the leases of all of them. */
function ownKind({ unique }: Pick<ContractContext, 'unique'>): string {
  return unique('kind').slice(-60)
}

async function isRenewed(leases: Leases, { kind, key, token }: LeaseClaim): Promise<boolean> {
  try {
    await leases.renewLease({ kind, key, token, ttlMs: longMs })
    return true
  } catch (error) {
    if (isConversationStoreError(error, 'LEASE_LOST')) return false
    throw error
  }
}

export const allLeasesCases: CaseList = [
  {
    title: 'lists the leases of all accounts by account, kind and key, page by page, and none of the operator’s own',
    async run(context) {
      const { store, scene } = context
      const [kind, otherKind] = [ownKind(context), ownKind(context)].sort() as [string, string]
      const operator = store().forOperator()
      const accounts = [scene(), scene(), scene()].sort((a, b) => (a.accountId < b.accountId ? -1 : 1))
      const names = accounts.flatMap(({ accountId, account }) =>
        [kind, otherKind].flatMap((each) => ['B', 'a', 'é'].map((key) => ({ accountId, account, kind: each, key }))),
      )
      for (const { account, kind: of, key } of names.toReversed()) await acquired(account, { kind: of, key }, { holder: `of ${key}` })
      await acquired(operator, { kind, key: 'own' })
      const own = new Set(accounts.map(({ accountId }) => accountId))
      const walked: object[] = []
      for await (const { accountId, kind: of, key, holder } of operator.listAllLeases({ limit: 4 })) {
        if (own.has(accountId)) walked.push({ accountId, kind: of, key, holder })
      }
      const expected = names.map(({ accountId, kind: of, key }) => ({ accountId, kind: of, key, holder: `of ${key}` }))
      assert.deepEqual(walked, expected)
      const ofKind: object[] = []
      for await (const { accountId, kind: of, key, holder } of operator.listAllLeases({ kind, limit: 1 })) {
        ofKind.push({ accountId, kind: of, key, holder })
      }
      assert.deepEqual(
        ofKind,
        expected.filter((each) => each.kind === kind),
      )
      const { nextCursor } = await operator.listAllLeases({ kind, limit: 1 })
      await rejects(operator.listAllLeases({ kind: otherKind, cursor: nextCursor ?? '' }), 'VALIDATION_FAILED')
    },
  },
  {
    title: 'tells of every account’s lease what its own account is told',
    async run(context) {
      const { store, scene } = context
      const kind = ownKind(context)
      const { account, accountId } = scene()
      const { expiresInMs: _, ...lease } = await acquired(account, { kind, key: '$page' }, { holder: '$host', ttlMs: 30_000 })
      const { expiresInMs, ...found } = only((await store().forOperator().listAllLeases({ kind })).items)
      assert.deepEqual(found, { accountId, ...lease })
      assert.ok(expiresInMs > 0 && expiresInMs <= 30_000, `${expiresInMs} ms left`)
    },
  },
  {
    title: 'releases the leases of a kind whose time is over, in every account, and no other one',
    async run(context) {
      const { store, scene, raw } = context
      const [kind, otherKind] = [ownKind(context), ownKind(context)]
      const operator = store().forOperator()
      const [first, second] = [scene(), scene()]
      for (const { account } of [first, second]) {
        for (const name of [
          { kind, key: 'over' },
          { kind: otherKind, key: 'over' },
        ]) {
          await acquired(account, name, { ttlMs: 1 })
          await runOut(account, name)
        }
        await acquired(account, { kind, key: 'held' })
      }
      await acquired(operator, { kind, key: 'over' }, { ttlMs: 1 })
      await runOut(operator, { kind, key: 'over' })
      assert.equal(await operator.releaseExpiredLeases({ kind }), 2)
      assert.equal(await operator.releaseExpiredLeases({ kind }), 0)
      for (const { account, accountId } of [first, second]) {
        const left = (await raw.leases(accountId)).map((row) => `${row.kind === kind} ${row.key}`)
        assert.deepEqual(left.sort(), ['false over', 'true held'])
        // The counter of the tokens has stayed.
        assert.ok((await acquired(account, { kind, key: 'over' })).token > 1)
      }
      only((await operator.listLeases({ kind })).items)
    },
  },
  {
    title: 'leaves to the holder of a lease that was released as over nothing that it may write, extend or free',
    async run(context) {
      const { store, scene, raw } = context
      const name = { kind: ownKind(context), key: 'page' }
      const { account, accountId } = scene()
      const { token } = await acquired(account, name, { ttlMs: 1 })
      await runOut(account, name)
      assert.equal(await store().forOperator().releaseExpiredLeases({ kind: name.kind }), 1)
      await rejects(account.renewLease({ ...name, token, ttlMs: longMs }), 'LEASE_LOST', { key: `${name.kind} page`, reason: 'taken over' })
      const next = await acquired(account, name, { holder: 'next' })
      await account.releaseLease({ ...name, token })
      holds(only(await raw.leases(accountId)), { holder: 'next', token: next.token })
    },
  },
  {
    title: 'releases each lease that is over once, however many tidy up at once, and none that is renewed or taken over meanwhile',
    async run(context) {
      const { store, scene, raw } = context
      const kind = ownKind(context)
      const stores = upTo(4).map(() => store())
      const { account, accountId } = scene()
      for (const round of upTo(5)) {
        const leases = await Promise.all(upTo(6).map((n) => acquiredOnceOver(account, { kind, key: `page ${n}` }, { ttlMs: 1 })))
        for (const lease of leases) await runOut(account, lease)
        let released = 0
        const kept = new Map<string, number>()
        await racing(16, async (index) => {
          const lease = leases[index % 6] ?? only([])
          if (index < 4) {
            released += await (stores[index % 4] ?? store()).forOperator().releaseExpiredLeases({ kind })
          } else if (index < 10) {
            if (await isRenewed(account, lease)) kept.set(lease.key, lease.token)
          } else {
            const answer = await account.acquireLease({ kind, key: lease.key, holder: `next ${round}`, ttlMs: longMs })
            if (answer.acquired) kept.set(lease.key, answer.lease.token)
          }
        })
        assert.ok(released <= 6, `${released} were released`)
        const rows = (await raw.leases(accountId)).filter((row) => row.kind === kind)
        assert.deepEqual(new Map(rows.map((row) => [String(row.key), Number(row.token)])), kept)
        for (const [key, token] of kept) await account.releaseLease({ kind, key, token })
      }
    },
  },
  {
    title: 'says after a lost reply what the last sending released',
    async run(context) {
      const { storeOver, scene, raw } = context
      const name = { kind: ownKind(context), key: 'page' }
      const { account, accountId } = scene()
      await acquired(account, name, { ttlMs: 1 })
      await runOut(account, name)
      assert.equal(await storeOver(losingReplies(1), { retry }).forOperator().releaseExpiredLeases({ kind: name.kind }), 0)
      assert.deepEqual(await raw.leases(accountId), [])
    },
  },
  {
    title: 'refuses a kind that is none',
    async run({ store }) {
      const operator = store().forOperator()
      for (const kind of ['', 'a\0b', 'x'.repeat(65)]) {
        await rejects(operator.releaseExpiredLeases({ kind }), 'VALIDATION_FAILED')
        await rejects(operator.listAllLeases({ kind }), 'VALIDATION_FAILED')
      }
    },
  },
]
