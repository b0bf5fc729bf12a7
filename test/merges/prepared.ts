import { expect } from 'vitest'
import type { AccountConversations, EventInput } from '../../src/index.js'

/** More messages than are marked within a merge, in a test that makes that number small. */
const many = 350
const oaId = 'page'

/** An account, and the same one whose merge does something once the copies of both conversations are marked. */
export interface Preparing {
  readonly account: AccountConversations
  merging(between: () => Promise<unknown>): AccountConversations
}

type Key = { readonly oaId: string; readonly customerId: string }

function said(messageId: string): EventInput {
  return { type: 'message', messageId, text: 'hello' }
}

let made = 0

/** Two customers of one inbox with the same messages. */
async function twins(account: AccountConversations): Promise<readonly [keep: Key, lose: Key]> {
  made++
  const keys = [`kept ${made}`, `lost ${made}`].map((customerId) => ({ oaId, customerId })) as [Key, Key]
  for (const key of keys)
    await account.upsertConversationWithEvents({ ...key, events: Array.from({ length: many }, (_, n) => said(`m${n}`)) })
  return keys
}

async function seen(account: AccountConversations, conversationId: string) {
  const ids: string[] = []
  for await (const { messageId } of account.listMessages({ conversationId, limit: 100 })) ids.push(messageId ?? '')
  const events: (string | null)[] = []
  for await (const { messageId } of account.listEvents({ conversationId, limit: 100 })) events.push(messageId)
  return { messages: ids.length, different: new Set(ids).size, events: events.length }
}

const each = (messages: number) => ({ messages, different: messages, events: messages })

/** What may come between the preparation of a merge and the merge. */
export const preparedScenarios: Readonly<Record<string, (preparing: Preparing) => Promise<void>>> = {
  'are completed by what came since, and chosen by what was read since': async ({ account, merging }) => {
    const [keep, lose] = await twins(account)
    const merge = merging(async () => {
      await account.upsertConversationWithEvents({ ...keep, events: [said('late'), said('of one')] })
      await account.upsertConversationWithEvents({ ...lose, events: [said('late'), said('of the other')] })
      await account.markRead({ ...lose, seq: 150 })
    })
    const { conversation, mergeId } = await merge.mergeConversations({ keep, lose })
    expect(conversation.unreadCount).toBe(many - 150 + 3)
    expect(await seen(account, conversation.id)).toEqual(each(many + 3))
    const { kept, restored } = await account.unmergeConversations({ mergeId })
    expect([kept.unreadCount, restored.unreadCount]).toEqual([many + 2, many - 150 + 2])
  },

  'mean nothing when the process ends before the merge, and the next call makes it': async ({ account, merging }) => {
    const [keep, lose] = await twins(account)
    const merge = merging(() => Promise.reject(new TypeError('the process ends')))
    await expect(merge.mergeConversations({ keep, lose })).rejects.toThrow()
    for (const { customerId } of [keep, lose]) {
      const { items } = await account.listConversations({ customerId })
      expect(items.map(({ unreadCount }) => unreadCount)).toEqual([many])
      expect(await seen(account, items[0]?.id ?? '')).toEqual(each(many))
    }
    await account.markRead({ ...lose, seq: 1 })
    const { conversation } = await account.mergeConversations({ keep, lose })
    expect(conversation.unreadCount).toBe(many - 1)
    expect(await seen(account, conversation.id)).toEqual(each(many))
  },

  'are marked anew where ids were linked, or another merge came, in between': async ({ account, merging }) => {
    const [keep, lose] = await twins(account)
    const third = { oaId, customerId: `a third ${made}` }
    const merge = merging(async () => {
      await account.upsertConversationWithEvents({ ...third, events: [said('m1'), said('m of a third')] })
      await account.mergeConversations({ keep, lose: third })
      const identities = [keep.customerId, `${keep.customerId} too`].map((id, index) => ({ id, kind: index === 0 ? 'phone' : 'user_id' }))
      await account.linkCustomerIds({ oaId, identities })
    })
    const { conversation } = await merge.mergeConversations({ keep, lose })
    expect(conversation.unreadCount).toBe(many + 1)
    expect(await seen(account, conversation.id)).toEqual(each(many + 1))
    expect((await account.findMessage({ ...lose, messageId: 'm1' }))?.conversationId).toBe(conversation.id)
  },

  'are marked anew where another merge took them over and was undone': async ({ account, merging }) => {
    const [keep, lose] = await twins(account)
    const third = { oaId, customerId: `a third ${made}` }
    const merge = merging(async () => {
      await account.upsertConversationWithEvents({ ...third, events: [said('m1'), said('m2')] })
      await account.markRead(third)
      const { mergeId } = await account.mergeConversations({ keep: lose, lose: third })
      await account.unmergeConversations({ mergeId })
    })
    const { conversation } = await merge.mergeConversations({ keep, lose })
    expect(conversation.unreadCount).toBe(many)
    expect(await seen(account, conversation.id)).toEqual(each(many))
  },

  'of two merges at once are those of the one that was faster': async ({ account, merging }) => {
    const [keep, lose] = await twins(account)
    const merge = merging(async () => {
      await account.mergeConversations({ keep, lose })
    })
    await expect(merge.mergeConversations({ keep, lose })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const { items } = await account.listConversations({ customerId: keep.customerId })
    expect(items.map(({ unreadCount }) => unreadCount)).toEqual([many])
    expect(await seen(account, items[0]?.id ?? '')).toEqual(each(many))
  },
}
