import { at, replied, said } from '../../../src/contract/events.js'
import type { AccountConversations } from '../../../src/store/account-conversations.js'

const oaId = 'oa'
const phone = { id: 'lan', kind: 'phone' }
const user = { id: 'hoa', kind: 'user_id' }
const nextPhone = { id: 'lan 2', kind: 'phone' }
const stranger = { id: 'stranger', kind: 'user_id' }
const under = ({ id }: typeof phone) => ({ oaId, customerId: id })
const changedNumber = { type: 'identity_change' as const, previous: [phone], current: [nextPhone], occurredAt: at(5) }

async function someoneOfTwoIds(account: AccountConversations): Promise<void> {
  await account.upsertConversationWithEvents({ ...under(phone), events: [said('m1'), replied('m2', { occurredAt: at(1) })] })
  await account.upsertConversationWithEvents({
    ...under(user),
    identities: [phone, user],
    events: [said('m3', { occurredAt: at(3) })],
  })
}

/** The scenarios of ids that change, and of those that go to somebody else. */
export const identityScenarios = [
  {
    when: 'a notice of a new number',
    async prepare(account: AccountConversations) {
      await someoneOfTwoIds(account)
      await account.upsertConversationWithEvents({ ...under(nextPhone), events: [said('n1', { occurredAt: at(4) })] })
    },
    act: (account: AccountConversations) =>
      account.upsertConversationWithEvents({ ...under(user), events: [changedNumber, said('m4', { occurredAt: at(6) })] }),
  },
  {
    when: 'a former number that a stranger takes over',
    async prepare(account: AccountConversations) {
      await someoneOfTwoIds(account)
      await account.upsertConversationWithEvents({ ...under(user), events: [changedNumber] })
    },
    act: (account: AccountConversations) =>
      account.upsertConversationWithEvents({
        ...under(phone),
        identities: [phone, stranger],
        events: [said('z1', { occurredAt: at(7) })],
      }),
  },
] as const
