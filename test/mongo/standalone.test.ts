import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { cutOffAccount, ends } from './cut-off-account.js'
import { customer, messages, openDatabase, type TestDatabase } from './database.js'

describe.skipIf(isServerAbsent('mongoStandalone'))('a standalone mongod', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(serverUrl('mongoStandalone'))
  })
  afterAll(() => database[Symbol.asyncDispose]())

  const unsupported = { code: 'UNSUPPORTED', details: { needs: expect.stringContaining('a replica set (a single node is enough)') } }
  /** Several adapters, as several processes would have them. */
  const accounts = async (count: number) => {
    const { client, db } = database
    return Array.from({ length: count }, () => createConversationStore({ adapter: mongo({ client, db }) }).forAccount('acme'))
  }

  test('refuses calls with events, and bulks that are all or nothing, before anything is written', async () => {
    const { account, db } = database
    const key = customer()
    await expect(account.upsertConversationWithEvents({ ...key, events: messages(1) })).rejects.toMatchObject(unsupported)
    const conversations = [key, customer()]
    await expect(account.bulkUpsertConversationsWithEvents({ conversations })).rejects.toMatchObject(unsupported)
    expect(await db.collection('contact_inboxes').countDocuments({ customer_id: key.customerId })).toBe(0)
  })

  test('has nothing to sweep, and says so', async () => {
    await expect(database.account.sweep()).rejects.toMatchObject(unsupported)
  })

  test('has no transaction for a session to be in', async () => {
    const { client, store } = database
    await client.withSession(async (session) => {
      session.startTransaction()
      await expect(store.using(session).forAccount('acme').upsertConversation(customer())).rejects.toMatchObject(unsupported)
    })
  })

  test('takes a bulk without events when its items stand for themselves', async () => {
    const [one, other] = [customer(), customer()]
    const conversations = [one, { ...other, expectedVersion: 3 }, { ...one, nickname: 'Lan' }]
    const results = await database.account.bulkUpsertConversationsWithEvents({ conversations, atomic: false })
    expect(results).toMatchObject([{ outcome: 'created' }, { ok: false, error: { code: 'VERSION_CONFLICT' } }, { outcome: 'updated' }])
  })

  test('opens one conversation for 100 concurrent first calls of five processes, and leaves no contact over', async () => {
    const key = customer()
    const callers = await accounts(5)
    const calls = Array.from({ length: 100 }, (_, index) =>
      callers[index % 5]?.upsertConversation({ ...key, customerName: `name ${index}` }),
    )
    const results = await Promise.all(calls)
    expect(results.filter((result) => result?.outcome === 'created')).toHaveLength(1)
    const [id, ...others] = new Set(results.map((result) => result?.conversation.id))
    expect(others).toEqual([])
    const conversation = await database.account.findConversation({ conversationId: id ?? '' })
    // The first caller named the customer, and each of the other 99 renamed them.
    expect(conversation?.version).toBe(99)
    const contacts = await database.db
      .collection('contacts')
      .find({ name: /^name / })
      .toArray()
    expect(contacts.map(({ _id }) => _id)).toEqual([conversation?.contactId])
  })

  test('refuses to match a username, and to connect or disconnect an inbox, before anything is written', async () => {
    const { account, db } = database
    const key = customer()
    const claim = { ...key, customerUsername: 'lan', matchUsername: true }
    await expect(account.upsertConversation(claim)).rejects.toMatchObject(unsupported)
    const conversations = [{ oaId: key.oaId, customerId: `${key.customerId}-other` }, claim]
    await expect(account.bulkUpsertConversationsWithEvents({ conversations, atomic: false })).rejects.toMatchObject(unsupported)
    await expect(account.connectInbox({ oaId: 'page', channel: 'sms' })).rejects.toMatchObject(unsupported)
    await expect(account.disconnectInbox({ oaId: 'page' })).rejects.toMatchObject(unsupported)
    await expect(account.recordHistoryProgress({ oaId: 'page', progress: 1 })).rejects.toMatchObject(unsupported)
    await expect(account.beginSync({ oaId: 'page', source: 's' })).rejects.toMatchObject(unsupported)
    await expect(account.resumeSync({ sessionId: 's', oaId: 'page', source: 's' })).rejects.toMatchObject(unsupported)
    const page = { sessionId: 's', expectedPages: 0, conversations: [], phase: 'list', cursor: null }
    await expect(account.writeSyncPage(page)).rejects.toMatchObject(unsupported)
    await expect(account.failSync({ sessionId: 's', error: { code: 'CODE', message: 'why' } })).rejects.toMatchObject(unsupported)
    const between = { sourceOaId: 'empty', destinationOaId: 'other' }
    await expect(account.beginInboxMigration({ ...between, onActiveConflict: 'skip' })).rejects.toMatchObject(unsupported)
    await expect(account.undoInboxMigration({ migrationId: 'm' })).rejects.toMatchObject(unsupported)
    await expect(account.moveInboxBatch({ migrationId: 'm', expectedBatches: 0 })).rejects.toMatchObject(unsupported)
    await expect(account.endInboxMigration({ migrationId: 'm', as: 'cancelled' })).rejects.toMatchObject(unsupported)
    expect((await account.listInboxMigrations()).items).toEqual([])
    expect(await account.previewInboxMove(between)).toMatchObject({ people: 0, next: null })
    expect((await account.listSyncSessions()).items).toEqual([])
    expect((await account.syncStatistics()).items).toEqual([])
    expect(await db.collection('contact_inboxes').countDocuments({ customer_id: { $regex: key.customerId } })).toBe(0)
    expect(await db.collection('inbox_owners').countDocuments({})).toBe(0)
  })

  test('refuses to give a customer a channel who is known without one', async () => {
    const { account } = database
    const key = customer()
    await account.upsertConversation(key)
    await expect(account.upsertConversation({ ...key, channel: 'sms' })).rejects.toMatchObject(unsupported)
    const conversations = [
      { ...customer(), channel: 'sms' },
      { ...key, channel: 'sms' },
    ]
    const results = await account.bulkUpsertConversationsWithEvents({ conversations, atomic: false })
    expect(results).toMatchObject([{ outcome: 'created' }, { ok: false, error: unsupported }])
    await account.closeConversation(key)
    await expect(account.upsertConversation({ ...key, channel: 'sms' })).rejects.toMatchObject(unsupported)
    expect((await account.upsertConversation(key)).conversation).toMatchObject({ channel: 'api', version: 0 })
  })

  const steps = ['contact_inboxes insertOne', 'contacts updateOne', 'conversations insertOne']
  test.each(steps)('completes with the next call what was cut off before %s', async (step) => {
    const { account } = database
    const key = customer()
    await expect(cutOffBefore(step).upsertConversation({ ...key, customerName: 'Lan' })).rejects.toThrow('the process ends here')
    expect(await account.findByOaAndCustomer(key)).toBeNull()

    const { outcome, conversation } = await account.upsertConversation({ ...key, customerName: 'Lan' })
    expect(outcome).toBe('created')
    expect(await account.findContact(key)).toMatchObject({ id: conversation.contactId, name: 'Lan' })
  })

  test('says that the outcome is unknown when only the name of the contact was cut off, which the next call completes', async () => {
    const { account } = database
    const key = customer()
    await account.upsertConversation({ ...key, customerName: 'Lan' })
    const renamed = { ...key, customerName: 'Mai' }
    await expect(cutOffBefore('contacts updateOne').upsertConversation(renamed)).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' })
    await expect(cutOffBefore('contacts updateOne').updateConversation(renamed)).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' })
    expect(await account.findContact(key)).toMatchObject({ name: 'Lan' })
    expect(await account.upsertConversation(renamed)).toMatchObject({ outcome: 'unchanged', conversation: { version: 1 } })
    expect(await account.findContact(key)).toMatchObject({ name: 'Mai' })
  })

  /** An account whose process ends before its first command of that kind. */
  const cutOffBefore = (step: string) => {
    const [collection, method = ''] = step.split(' ')
    return cutOffAccount(database, collection, () => ({ [method]: ends }))
  }

  test('wakes each due conversation for one of several callers', async () => {
    const callers = await accounts(4)
    const keys = Array.from({ length: 20 }, customer)
    for (const key of keys) {
      await database.account.upsertConversation(key)
      await database.account.snoozeConversation({ ...key, until: new Date(Date.now() + 1) })
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
    const woken = (await Promise.all(callers.map((account) => account.wakeDue()))).flat()
    expect(woken.map(({ customerId }) => customerId).sort()).toEqual(keys.map(({ customerId }) => customerId).sort())
    for (const each of woken) expect(each).toMatchObject({ status: 'open', version: 2, snoozedUntil: null })
  })
})
