import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
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

  test.each(['contacts', 'contact_inboxes', 'conversations'])(
    'completes with the next call what was cut off before %s',
    async (collection) => {
      const { client, db } = database
      const key = customer()
      const name = db.databaseName
      const broken = {
        ...client,
        startSession: () => client.startSession(),
        db: () => ({
          command: (command: object) => db.command(command),
          createCollection: () => Promise.reject(new Error('no')),
          listCollections: () => db.listCollections(),
          collection: (each: string, options?: object) => {
            const opened = client.db(name).collection(each, options)
            const insertOne = () => Promise.reject(new Error('the process ends here'))
            return each === collection ? Object.assign(Object.create(opened), { insertOne }) : opened
          },
        }),
      }
      const account = createConversationStore({ adapter: mongo({ client: broken, db: name }) }).forAccount('acme')
      await expect(account.upsertConversation({ ...key, customerName: 'Lan' })).rejects.toThrow('the process ends here')
      expect(await database.account.findByOaAndCustomer(key)).toBeNull()

      const { outcome, conversation } = await database.account.upsertConversation({ ...key, customerName: 'Lan' })
      expect(outcome).toBe('created')
      expect(await database.account.findContact(key)).toMatchObject({ id: conversation.contactId, name: 'Lan' })
    },
  )

  test('gives a username one conversation, however its ids race', async () => {
    const [first, ...callers] = await accounts(5)
    for (let round = 0; round < 5; round++) {
      const customerUsername = `user-${round}`
      const key = customer()
      await first?.upsertConversation({ ...key, customerUsername, matchUsername: true })
      const calls = callers.map((account, index) =>
        account.upsertConversation({ oaId: key.oaId, customerId: `${key.customerId}-${index}`, customerUsername, matchUsername: true }),
      )
      const plain = callers.map((account, index) =>
        account.upsertConversation({ oaId: key.oaId, customerId: `${key.customerId}-${index}` }),
      )
      const settled = await Promise.allSettled([...calls, ...plain])
      for (const each of settled) if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'USERNAME_TAKEN' })

      // No alias has an active conversation besides the one of the customer that it stands for.
      const { db } = database
      const aliases = await db
        .collection('contact_inboxes')
        .find({ canonical_id: { $exists: true } })
        .toArray()
      const ids = aliases.map(({ _id }) => _id)
      expect(await db.collection('conversations').countDocuments({ contact_inbox_id: { $in: ids }, active: true })).toBe(0)
    }
  })

  test('connects an inbox for one of ten accounts that race for it', async () => {
    const { store } = database
    const inbox = { oaId: 'raced', channel: 'zalo' }
    const accountIds = Array.from({ length: 10 }, (_, index) => `account-${index}`)
    const settled = await Promise.allSettled(accountIds.map((id) => store.forAccount(id).connectInbox(inbox)))
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const each of settled) if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'INBOX_ALREADY_CONNECTED' })
    const owner = await store.findInboxOwner(inbox)
    await store.forAccount(owner?.accountId ?? '').disconnectInbox({ oaId: inbox.oaId })
    expect(await store.findInboxOwner(inbox)).toBeNull()
  })

  test('completes a connection and a disconnection that were cut off between their two documents', async () => {
    const { store, account, db } = database
    const inbox = { oaId: 'cut off', channel: 'sms' }
    await db
      .collection('inbox_owners')
      .insertOne({ _id: { channel: 'sms', oa_id: 'cut off' }, accountId: 'acme', inbox_id: 'lost' } as never)
    await expect(store.forAccount('other').connectInbox(inbox)).rejects.toMatchObject({ code: 'INBOX_ALREADY_CONNECTED' })
    const { id } = await account.connectInbox(inbox)
    expect(await store.findInboxOwner(inbox)).toMatchObject({ accountId: 'acme', inboxId: id })

    await db.collection('inbox_owners').deleteOne({ inbox_id: id })
    await account.connectInbox(inbox)
    expect(await store.findInboxOwner(inbox)).toMatchObject({ inboxId: id })
  })

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
