import { said } from '../../../src/contract/events.js'
import type { AccountConversations } from '../../../src/store/account-conversations.js'

const lease = { kind: 'sync', key: 'page' }
const hours = (number: number) => number * 3_600_000

async function acquired(account: AccountConversations, forHours: number): Promise<number> {
  const answer = await account.acquireLease({ ...lease, holder: 'a', ttlMs: hours(forHours) })
  return answer.acquired ? answer.lease.token : 0
}

/** The scenarios of leases. */
export const leaseScenarios = {
  acquireLease: [
    {
      when: 'one that nobody had',
      prepare: async () => undefined,
      act: (account: AccountConversations) => account.acquireLease({ ...lease, holder: 'b', ttlMs: hours(1) }),
    },
    {
      when: 'one that was released',
      prepare: async (account: AccountConversations) => account.releaseLease({ ...lease, token: await acquired(account, 1) }),
      act: (account: AccountConversations) => account.acquireLease({ ...lease, holder: 'b', ttlMs: hours(1) }),
    },
  ],
  renewLease: [
    {
      prepare: (account: AccountConversations) => acquired(account, 1),
      act: (account: AccountConversations) => account.renewLease({ ...lease, token: 1, ttlMs: hours(5) }),
    },
  ],
  releaseLease: [
    {
      prepare: (account: AccountConversations) => acquired(account, 1),
      act: (account: AccountConversations) => account.releaseLease({ ...lease, token: 1 }),
    },
  ],
} as const

/** A write under a lease, which is a transaction of its own. */
export const guardedWrite = {
  when: 'under a lease',
  prepare: (account: AccountConversations) => acquired(account, 1),
  act: (account: AccountConversations) =>
    account.upsertConversationWithEvents({ oaId: 'oa', customerId: 'lan', events: [said('m4')] }, { lease: { ...lease, token: 1 } }),
}
