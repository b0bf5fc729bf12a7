import type { Db } from 'mongodb'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type AccountConversations, createConversationStore, type EventInput } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, openDatabase, type TestDatabase } from './database.js'

vi.mock('../../src/model/planning/copies-at-once.js', () => ({ copiesMarkedAtOnce: 500 }))

const many = 1_200
const atOnce = 400

function said(messageId: string): EventInput {
  return { type: 'message', messageId, text: 'hello' }
}

describe.skipIf(isServerAbsent('mongoReplicaSet'))('copies that are marked before the transaction of a merge', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(serverUrl('mongoReplicaSet'))
  })
  afterAll(() => database[Symbol.asyncDispose]())

  /** Two customers of one inbox with the same messages, and an account that does something once the copies are marked. */
  const twins = async (between: (account: AccountConversations) => Promise<unknown>) => {
    const { account, client, db } = database
    const [keep, lose] = [customer(), customer()]
    for (const key of [keep, { ...lose, oaId: keep.oaId }]) {
      for (let first = 0; first < many; first += atOnce) {
        await account.upsertConversationWithEvents({ ...key, events: Array.from({ length: atOnce }, (_, n) => said(`m${first + n}`)) })
      }
    }
    let isFirst = true
    const once = async () => {
      if (!isFirst) return
      isFirst = false
      await between(account)
    }
    const merging = createConversationStore({ adapter: mongo({ client, db: beforeMerge(db, once) }) }).forAccount('acme')
    return {
      keep,
      lose: { ...lose, oaId: keep.oaId },
      merge: () => merging.mergeConversations({ keep, lose: { ...lose, oaId: keep.oaId } }),
    }
  }
  const seen = async (conversationId: string) => {
    const ids: string[] = []
    for await (const { messageId } of database.account.listMessages({ conversationId, limit: 100 })) ids.push(messageId ?? '')
    return { messages: ids.length, different: new Set(ids).size }
  }

  test('are not marked again in it', async () => {
    const { merge } = await twins(async () => {})
    const commands = await database.commandsOf(async () => expect((await merge()).conversation.unreadCount).toBe(many))
    const inTransaction = commands
      .filter(({ command }) => command.autocommit === false)
      .map(({ command, commandName }) => `${commandName} ${command[commandName]}`)
    // The last transaction is that of the merge.
    const ofMerge = inTransaction.slice(inTransaction.indexOf('aggregate conversation_merges'))
    expect(ofMerge).toContain('update conversations')
    expect(ofMerge).not.toContain('update messages')
  })

  test('are completed by what came since, and chosen by what was read since', async () => {
    const { keep, lose, merge } = await twins(async (account) => {
      await account.upsertConversationWithEvents({ ...keep, events: [said('late'), said('of one')] })
      await account.upsertConversationWithEvents({ ...lose, events: [said('late'), said('of the other')] })
      await account.markRead({ ...lose, seq: many / 2 })
    })
    const { conversation, mergeId } = await merge()
    expect(conversation.unreadCount).toBe(many / 2 + 3)
    expect(await seen(conversation.id)).toEqual({ messages: many + 3, different: many + 3 })
    const { kept, restored } = await database.account.unmergeConversations({ mergeId })
    expect([kept.unreadCount, restored.unreadCount]).toEqual([many + 2, many / 2 + 2])
  })

  test('mean nothing when the process ends before the transaction, and the next call makes the merge', async () => {
    const { keep, lose, merge } = await twins(() => Promise.reject(new TypeError('the process ends')))
    await expect(merge()).rejects.toThrow()
    const { account } = database
    for (const key of [keep, lose]) {
      const { items } = await account.listConversations({ customerId: key.customerId })
      expect(items.map(({ unreadCount }) => unreadCount)).toEqual([many])
      expect(await seen(items[0]?.id ?? '')).toEqual({ messages: many, different: many })
    }
    const { conversation } = await account.mergeConversations({ keep, lose })
    expect(conversation.unreadCount).toBe(many)
    expect(await seen(conversation.id)).toEqual({ messages: many, different: many })
  })

  test('are marked anew where ids were linked, or another merge came, in between', async () => {
    const third = customer()
    const { keep, lose, merge } = await twins(async (account) => {
      await account.upsertConversationWithEvents({ ...third, oaId: keep.oaId, events: [said('m1'), said('m of a third')] })
      await account.mergeConversations({ keep, lose: { ...third, oaId: keep.oaId } })
      const identities = [keep.customerId, `${keep.customerId} too`].map((id, index) => ({ id, kind: index === 0 ? 'phone' : 'user_id' }))
      await account.linkCustomerIds({ oaId: keep.oaId, identities })
    })
    const { conversation } = await merge()
    expect(conversation.unreadCount).toBe(many + 1)
    expect(await seen(conversation.id)).toEqual({ messages: many + 1, different: many + 1 })
    expect((await database.account.findMessage({ ...lose, messageId: 'm1' }))?.conversationId).toBe(conversation.id)
  })
})

/** The database, of which the transaction of a merge begins only after something else was done. */
function beforeMerge(db: Db, work: () => Promise<void>): Db {
  const delayed = (merges: ReturnType<Db['collection']>) => (pipeline: object[], options?: object) => ({
    async toArray() {
      await work()
      return merges.aggregate(pipeline, options).toArray()
    },
  })
  return new Proxy(db, {
    get(target, property) {
      if (property !== 'collection') return bound(target, property)
      return (name: string, options?: object) => {
        const collection = target.collection(name, options)
        if (name !== 'conversation_merges') return collection
        return new Proxy(collection, { get: (merges, method) => (method === 'aggregate' ? delayed(merges) : bound(merges, method)) })
      }
    },
  })
}

function bound(target: object, property: string | symbol): unknown {
  const value: unknown = Reflect.get(target, property)
  return typeof value === 'function' ? value.bind(target) : value
}
