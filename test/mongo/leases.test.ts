import { describe, expect, test } from 'vitest'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { expectOneClock, expectTokensToRise } from '../leases/kept-tokens.js'
import { openDatabase } from './database.js'
import { explainAll } from './explained.js'

const lease = { kind: 'sync', key: 'page', ttlMs: 60_000 }

describe.each([
  ['a replica set', 'mongoReplicaSet'],
  ['a standalone server', 'mongoStandalone'],
] as const)('leases on %s', (_, server) => {
  test.skipIf(isServerAbsent(server))('get ever higher tokens, also after their documents were deleted', async () => {
    await using database = await openDatabase(serverUrl(server))
    await expectTokensToRise(database.adapter, () => database.db.collection('leases').deleteMany({}))
  })

  test.skipIf(isServerAbsent(server))('go by the clock of the server alone', async () => {
    await using database = await openDatabase(serverUrl(server))
    await expectOneClock(database.adapter)
  })

  test.skipIf(isServerAbsent(server))('take one command if they are held, two if they are free, and one for everything else', async () => {
    await using database = await openDatabase(serverUrl(server))
    const { account } = database
    const count = async (work: () => PromiseLike<unknown>) => (await database.commandsOf(async () => void (await work()))).length
    expect(await count(() => account.acquireLease({ ...lease, holder: 'a' }))).toBe(2)
    expect(await count(() => account.acquireLease({ ...lease, holder: 'b' }))).toBe(1)
    expect(await count(() => account.renewLease({ ...lease, token: 1 }))).toBe(1)
    expect(await count(() => account.listLeases())).toBe(1)
    expect(await count(() => account.releaseLease({ kind: 'sync', key: 'page', token: 1 }))).toBe(1)
    expect(await count(() => account.acquireLease({ ...lease, holder: 'b' }))).toBe(2)
  })

  test.skipIf(isServerAbsent(server))(
    'of all accounts are listed, and those that are over released, by one command each and by the index of those that are held',
    async () => {
      await using database = await openDatabase(serverUrl(server))
      const documents = Array.from({ length: 2_000 }, (_, n) => ({
        _id: `account ${n}\0sync\0page`,
        accountId: `account ${n}`,
        kind: 'sync',
        key: 'page',
        token: 1,
        ...(n % 200 === 0 && {
          holder: 'h',
          operation_id: 'o',
          since: new Date(0),
          expires_at: new Date(n % 400 === 0 ? 1 : '2100-01-01'),
        }),
      }))
      await database.db.collection<{ _id: string }>('leases').insertMany(documents)
      const operator = database.store.forOperator()
      const expected = [
        [() => operator.listAllLeases({ kind: 'sync', limit: 5 }), 6],
        [() => operator.releaseExpiredLeases({ kind: 'sync' }), 10],
      ] as const
      for (const [send, keys] of expected) {
        const commands = await database.commandsOf(async () => void (await send()))
        const [plan] = await explainAll(database.db, commands)
        expect([commands.length, plan?.collectionScans, plan?.stages.has('SORT')]).toEqual([1, 0, false])
        expect(plan?.keysExamined).toBeLessThanOrEqual(keys)
      }
      expect((await operator.listAllLeases()).items).toHaveLength(5)
    },
  )

  test.skipIf(isServerAbsent(server))(
    'of a process that died before it raised the last token are nobody’s in time, and go on above',
    async () => {
      await using database = await openDatabase(serverUrl(server))
      const { account, db } = database
      // What such a process leaves: the lease's document, and no last token.
      const dead = { holder: 'dead', operation_id: 'gone', token: 4, since: new Date(0), expires_at: new Date(1) }
      await db
        .collection<{ _id: string }>('leases')
        .insertOne({ _id: 'acme\0sync\0page', accountId: 'acme', kind: 'sync', key: 'page', ...dead } as never)
      expect(await account.acquireLease({ ...lease, holder: 'next' })).toMatchObject({ acquired: true, lease: { token: 5 } })
    },
  )
})
