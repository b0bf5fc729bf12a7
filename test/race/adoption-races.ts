import type { AccountConversations } from '../../src/index.js'
import { isConversationStoreError } from '../../src/index.js'

/** Two calls for one person that race, and what prepares them. The person has the username and two customer ids. */
export interface Race {
  readonly name: string
  prepare(account: AccountConversations, n: number): Promise<void>
  readonly calls: readonly ((account: AccountConversations, n: number) => Promise<unknown>)[]
}

const page = 'page'
const first = (n: number) => ({ oaId: page, customerId: `a${n}` })
const second = (n: number) => ({ oaId: page, customerId: `b${n}` })
const claim = (n: number) => ({ customerUsername: `name${n}`, matchUsername: true })

const adopt = (account: AccountConversations, n: number) => account.upsertConversation({ ...second(n), ...claim(n) })
/** The first id has an active conversation with the username. The second has closed ones, and adopts the first's. */
async function adoptable(account: AccountConversations, n: number): Promise<void> {
  await account.upsertConversation({ ...first(n), ...claim(n) })
  await account.upsertConversation(second(n))
  await account.closeConversation(second(n))
}

const message = (account: AccountConversations, customer: ReturnType<typeof first>, messageId: string) =>
  account.upsertConversationWithEvents({ ...customer, events: [{ type: 'message', messageId, text: 'x' }] })

export const races: readonly Race[] = [
  {
    name: 'a reopening and an adoption',
    prepare: adoptable,
    calls: [adopt, (account, n) => account.reopenConversation(second(n))],
  },
  {
    name: 'a reopening by id of what another id of the person had, and an adoption',
    prepare: adoptable,
    calls: [adopt, async (account, n) => account.reopenConversation({ conversationId: await latestOf(account, second(n)) })],
  },
  {
    name: 'an adoption and another claim of the username',
    prepare: adoptable,
    calls: [
      adopt,
      async (account, n) => {
        await account.closeConversation(first(n))
        await account.upsertConversation({ oaId: page, customerId: `c${n}`, ...claim(n) })
      },
    ],
  },
  {
    name: 'an adoption and a closing',
    prepare: adoptable,
    calls: [adopt, (account, n) => account.closeConversation(first(n))],
  },
  {
    name: 'an adoption and a nickname',
    prepare: adoptable,
    calls: [adopt, (account, n) => account.updateNickname({ ...first(n), nickname: `nick${n}` })],
  },
  {
    name: 'an adoption and messages of both ids',
    prepare: adoptable,
    calls: [adopt, (account, n) => message(account, first(n), `m${n}`), (account, n) => message(account, second(n), `k${n}`)],
  },
  {
    name: 'a bulk of both ids and an adoption',
    prepare: adoptable,
    calls: [
      adopt,
      (account, n) =>
        account.bulkUpsertConversationsWithEvents({
          conversations: [second(n), first(n)].map((customer, index) => ({
            ...customer,
            events: [{ type: 'message', messageId: `m${n}-${index}`, text: 'x' }],
          })),
        }),
    ],
  },
  {
    name: 'an adoption of a customer who has aliases, and a bulk of all ids',
    async prepare(account, n) {
      await account.upsertConversation({ ...second(n), customerUsername: `old${n}`, matchUsername: true })
      await account.upsertConversation({ oaId: page, customerId: `z${n}`, customerUsername: `old${n}`, matchUsername: true })
      await account.closeConversation(second(n))
      await account.upsertConversation({ ...first(n), ...claim(n) })
    },
    calls: [
      adopt,
      (account, n) =>
        account.bulkUpsertConversationsWithEvents({
          conversations: [`z${n}`, `a${n}`, `b${n}`].map((customerId) => ({
            oaId: page,
            customerId,
            events: [{ type: 'message', messageId: `m${n}-${customerId}`, text: 'x' }],
          })),
        }),
      (account, n) => message(account, { oaId: page, customerId: `z${n}` }, `k${n}`),
    ],
  },
  {
    name: 'a reopening and an upsert',
    async prepare(account, n) {
      await account.upsertConversation(second(n))
      await account.closeConversation(second(n))
    },
    calls: [
      (account, n) => account.reopenConversation(second(n)),
      (account, n) => account.upsertConversation({ ...second(n), nickname: 'x' }),
    ],
  },
]

async function latestOf(account: AccountConversations, customer: ReturnType<typeof first>): Promise<string> {
  const found = await account.findByOaAndCustomer({ ...customer, status: 'any' })
  return found?.id ?? ''
}

/** The refusals that a race may end with. Every other error fails the test. */
export function isRefusal(error: unknown): boolean {
  return (
    isConversationStoreError(error, 'ACTIVE_CONVERSATION_EXISTS') ||
    isConversationStoreError(error, 'USERNAME_TAKEN') ||
    isConversationStoreError(error, 'INVALID_TRANSITION') ||
    isConversationStoreError(error, 'NOT_FOUND')
  )
}
