import { randomBytes } from 'node:crypto'
import { MongoClient } from 'mongodb-6'
import { expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, messages } from './database.js'

// The test covers what differs between the versions of the driver: results of findAndModify, aborted signals, errors,
// and a client whose options make it read values raw.
test.skipIf(isServerAbsent('mongoReplicaSet'))('the driver 6 does as well, also with a client set up in its own ways', async () => {
  const options = {
    promoteValues: false,
    ignoreUndefined: true,
    retryWrites: false,
    readPreference: 'secondaryPreferred',
  } as const
  const client = await new MongoClient(serverUrl('mongoReplicaSet'), options).connect()
  const db = `test_${randomBytes(6).toString('hex')}`
  try {
    await using store = createConversationStore({ adapter: mongo({ client, db: client.db(db) }) })
    await store.migrate()
    expect(await store.checkSchema()).toMatchObject({ ok: true })
    const account = store.forAccount('acme')
    const key = customer()

    const calls = messages(20).map((event) => account.upsertConversationWithEvents({ ...key, events: [event] }))
    const results = await Promise.all(calls)
    expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1)
    expect(await account.markRead({ ...key, seq: 5 })).toMatchObject({ outcome: 'updated', conversation: { unreadCount: 15, version: 20 } })
    expect(await account.upsertConversation({ ...key, nickname: 'Lan', metadata: { $a: { 'b.c': 1 } } })).toMatchObject({
      outcome: 'updated',
    })
    expect(await account.findByOaAndCustomer(key)).toMatchObject({
      nickname: 'Lan',
      metadata: { $a: { 'b.c': 1 } },
      createdAt: expect.any(Date),
    })
    await expect(account.updateNickname({ ...key, nickname: 'x', expectedVersion: 0 })).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })

    await client.withSession((session) => session.withTransaction(() => store.using(session).forAccount('acme').closeConversation(key)))
    expect(await account.listConversations({ status: 'closed' })).toMatchObject({ items: [{ version: 22 }] })
    const abort = new AbortController()
    abort.abort()
    const aborted = account.findConversation({ conversationId: 'x' }, { signal: abort.signal })
    await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
  } finally {
    await client.db(db).dropDatabase()
    await client.close()
  }
})
