import { expect } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import type { ConversationAdapter } from '../../src/store/adapter.js'

const lease = { kind: 'sync', key: 'page' }
const minute = 60_000

/** Shows that the tokens go on rising after somebody has deleted the rows of leases by hand. */
export async function expectTokensToRise(adapter: ConversationAdapter, deleteRows: () => Promise<unknown>): Promise<void> {
  const account = createConversationStore({ adapter }).forAccount('acme')
  const acquire = async () => {
    const answer = await account.acquireLease({ ...lease, holder: 'a', ttlMs: minute })
    return answer.acquired ? answer.lease.token : 0
  }
  const tokens = [await acquire()]
  for (let round = 0; round < 3; round++) {
    await account.releaseLease({ ...lease, token: tokens.at(-1) ?? 0 })
    tokens.push(await acquire())
    await deleteRows()
    await expect(account.renewLease({ ...lease, token: tokens.at(-1) ?? 0, ttlMs: minute })).rejects.toMatchObject({ code: 'LEASE_LOST' })
    tokens.push(await acquire())
  }
  expect(tokens).toEqual([1, 2, 3, 4, 5, 6, 7])
}

/** Shows that the clocks of the processes, and the stores' injected ones, say nothing about a lease. */
export async function expectOneClock(adapter: ConversationAdapter): Promise<void> {
  const at = (shiftMs: number) => createConversationStore({ adapter, clock: () => new Date(Date.now() + shiftMs) }).forAccount('acme')
  const [slow, right, fast] = [at(-10 * minute), at(0), at(10 * minute)]
  for (const [holder, other] of [
    [slow, fast],
    [fast, slow],
  ] as const) {
    const held = await holder.acquireLease({ ...lease, holder: 'holder', ttlMs: minute })
    expect(await other.acquireLease({ ...lease, holder: 'other', ttlMs: minute })).toMatchObject({
      acquired: false,
      heldBy: { holder: 'holder' },
    })
    const { items } = await right.listLeases()
    expect(items.map(({ expiresInMs }) => expiresInMs > 0 && expiresInMs <= minute)).toEqual([true])
    const { token } = held.acquired ? held.lease : { token: 0 }
    const renewed = await other.renewLease({ ...lease, token, ttlMs: minute })
    expect(Math.abs(renewed.expiresInMs - minute)).toBeLessThan(minute / 2)
    await other.releaseLease({ ...lease, token })
  }
}
