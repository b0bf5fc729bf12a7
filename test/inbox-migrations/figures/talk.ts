import { setTimeout as sleep } from 'node:timers/promises'
import { isConversationStoreError } from '../../../src/model/errors.js'
import type { AccountConversations } from '../../../src/store/account-conversations.js'
import type { Random } from '../../histories/random.js'

/** What was said in an account: the text of each message, by its id. Nothing else may be there at the end. */
export type Said = Map<string, string>

/** The two inboxes of an account. An inbox of this name is connected by no other one. */
export function inboxesOf(accountId: string) {
  return { sourceOaId: `old of ${accountId}`, destinationOaId: `new of ${accountId}` }
}

export interface Talk {
  readonly account: AccountConversations
  readonly random: Random
  readonly said: Said
  readonly customers: readonly string[]
  /** Who has spoken while the inbox moved. */
  readonly spoke: Set<string>
}

/** Fills both inboxes: people with several ids and conversations, open and closed, some of them known in both. */
export async function fillInboxes(account: AccountConversations, random: Random): Promise<Talk> {
  const { sourceOaId, destinationOaId } = inboxesOf(account.accountId)
  await account.connectInbox({ oaId: sourceOaId, channel: 'whatsapp', provider: 'twilio' })
  await account.connectInbox({ oaId: destinationOaId, channel: 'whatsapp', provider: 'whatsapp_cloud' })
  const customers = Array.from({ length: 8 + random.below(25) }, (_, n) => `8490${String(random.below(10 ** 6)).padStart(6, '0')}${n}`)
  const talk = { account, random, said: new Map(), customers, spoke: new Set<string>() }
  for (const customerId of customers) {
    const knownThere = random.chance(0.15)
    for (let times = 1 + random.below(3); times > 0; times--) {
      await say(talk, sourceOaId, customerId, random.chance(0.3))
      if (random.chance(0.4)) await account.closeConversation({ oaId: sourceOaId, customerId })
    }
    if (knownThere) await say(talk, destinationOaId, customerId, false)
  }
  return talk
}

/** Lets a customer say some things in one call, which is sent again until it is stored. */
async function say({ account, random, said }: Talk, oaId: string, customerId: string, isLinked: boolean): Promise<void> {
  const events = Array.from({ length: 1 + random.below(3) }, () => {
    const messageId = `m${said.size}`
    const text = `${customerId} says ${random.below(10 ** 9)} in ${oaId}`
    said.set(messageId, text)
    return {
      type: 'message' as const,
      messageId,
      text,
      attachments: random.chance(0.2) ? [{ type: 'image', url: 'https://x.test/i' }] : [],
    }
  })
  const identities = [
    { id: customerId, kind: 'phone' },
    { id: `user-${customerId}`, kind: 'user_id' },
  ]
  for (;;) {
    try {
      await account.upsertConversationWithEvents({ oaId, customerId, events, ...(isLinked && { identities }) })
      return
    } catch (error) {
      // A killed process may have left a transaction open, and until that is ended its rows can't be written.
      if (!isConversationStoreError(error) || !error.retryable) throw error
      await sleep(20)
    }
  }
}

const atOnce = 3

/** Customers who go on talking, most of them to the source, until they are told to stop. Some are new. */
export function liveTalk(talk: Talk): { end(): Promise<number> } {
  const { account, random, said, customers } = talk
  const { sourceOaId, destinationOaId } = inboxesOf(account.accountId)
  const before = said.size
  let isOver = false
  let newcomers = 0
  const speaker = async () => {
    while (!isOver) {
      const isNew = newcomers < 10 && random.chance(0.05)
      if (isNew) newcomers += 1
      const customerId = isNew ? `newcomer-${newcomers}` : random.pick(customers)
      const oaId = random.chance(0.7) ? sourceOaId : destinationOaId
      talk.spoke.add(customerId)
      await say(talk, oaId, customerId, false)
      if (random.chance(0.1)) await account.closeConversation({ oaId, customerId }).catch(unlessExpected)
      await sleep(5 + random.below(20))
    }
  }
  const speakers = Promise.all(Array.from({ length: atOnce }, speaker))
  return {
    async end() {
      isOver = true
      await speakers
      return said.size - before
    },
  }
}

/** The customer was moved meanwhile, or somebody else was quicker. */
function unlessExpected(error: unknown): void {
  if (!isConversationStoreError(error) || (error.code !== 'NOT_FOUND' && error.code !== 'INVALID_TRANSITION' && !error.retryable))
    throw error
}
