import type { Db } from 'mongodb'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { preparedScenarios } from '../merges/prepared.js'
import { customer, messages, openDatabase, type TestDatabase } from './database.js'

vi.mock('../../src/model/planning/copies-at-once.js', () => ({ copiesMarkedAtOnce: 100 }))

describe.skipIf(isServerAbsent('mongoReplicaSet'))('copies that are marked before the transaction of a merge', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(serverUrl('mongoReplicaSet'))
  })
  afterAll(() => database[Symbol.asyncDispose]())

  test('are not marked again in it', async () => {
    const [keep, lose] = [customer(), customer()]
    for (const key of [keep, lose]) await database.account.upsertConversationWithEvents({ ...key, events: messages(350) })
    const commands = await database.commandsOf(async () => {
      expect((await database.account.mergeConversations({ keep, lose })).conversation.unreadCount).toBe(350)
    })
    const inTransaction = commands
      .filter(({ command }) => command.autocommit === false)
      .map(({ command, commandName }) => `${commandName} ${command[commandName]}`)
    // The last transaction is that of the merge.
    const ofMerge = inTransaction.slice(inTransaction.indexOf('aggregate conversation_merges'))
    expect(inTransaction).toContain('update messages')
    expect(ofMerge).toContain('update conversations')
    expect(ofMerge).not.toContain('update messages')
  })

  test.each(Object.entries(preparedScenarios))('%s', async (_, run) => {
    const { account, client, db } = database
    await run({
      account,
      merging(between) {
        let isFirst = true
        const once = async () => {
          if (isFirst) {
            isFirst = false
            await between()
          }
        }
        return createConversationStore({ adapter: mongo({ client, db: beforeMerge(db, once) }) }).forAccount('acme')
      },
    })
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
