import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AccountConversations, createConversationStore, type EventInput } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, messages, namesOf, openDatabase, type TestDatabase } from './database.js'
import { wrongGroups } from './repeated-groups.js'

const at = (minute: number) => new Date(Date.UTC(2024, 0, 1) + minute * 60_000)

describe.skipIf(isServerAbsent('mongoReplicaSet'))('ids that are linked', () => {
  let database: TestDatabase
  let other: AccountConversations
  beforeAll(async () => {
    database = await openDatabase(serverUrl('mongoReplicaSet'))
    const { client, db, account } = database
    await account.connectInbox({ oaId: 'page', channel: 'whatsapp' })
    // Another process, which remembers nothing of what this one has seen.
    other = createConversationStore({ adapter: mongo({ client, db }) }).forAccount('acme')
    await other.findConversation({ conversationId: 'none' })
  })
  afterAll(() => database[Symbol.asyncDispose]())

  const cost = async (work: () => Promise<unknown>) => namesOf(await database.commandsOf(work))
  const person = () => {
    const [phone, user] = [customer(), customer()]
    const identities = [
      { id: phone.customerId, kind: 'phone' },
      { id: user.customerId, kind: 'user_id' },
    ]
    return { phone, user, identities }
  }

  test('cost a message that names them no command more, once this process has seen them', async () => {
    const { account } = database
    const { phone, user, identities } = person()
    await account.upsertConversationWithEvents({ ...phone, identities, events: messages(1, 'first') })
    await account.upsertConversationWithEvents({ ...user, identities, events: messages(1, 'second') })
    await account.upsertConversationWithEvents({ ...phone, identities, events: messages(1, 'third') })
    for (const key of [phone, user]) {
      const send = () => account.upsertConversationWithEvents({ ...key, identities, events: messages(2, `of ${key.customerId}`) })
      const five = ['aggregate conversations', 'update conversations', 'insert messages', 'insert contact_interaction_events']
      expect(await cost(send)).toEqual([...five, 'commitTransaction'])
      expect(await cost(send)).toEqual(['aggregate conversations', 'commitTransaction'])
    }
  })

  test('cost a read of a customer with one id nothing', async () => {
    const { account } = database
    const key = customer()
    const { conversation } = await account.upsertConversation(key)
    const { id: conversationId } = conversation
    expect(await cost(() => account.findByOaAndCustomer(key))).toEqual(['find conversations'])
    expect(await cost(() => account.findConversation({ conversationId }))).toEqual(['find conversations'])
    expect(await cost(() => account.updateNickname({ ...key, nickname: 'Lan' }))).toEqual(['findAndModify conversations'])
  })

  test('are linked with hardly more commands, however many copies there are and however much waits', async () => {
    const { account } = database
    const linking = async (count: number) => {
      const { phone, user, identities } = person()
      const copies = messages(count, `copy ${count}`)
      const waiting = copies.map(
        ({ messageId }, n): EventInput => ({
          type: 'message_edit',
          targetMessageId: `${messageId} of the other`,
          text: 'better',
          occurredAt: at(n),
        }),
      )
      const others = copies.map(({ messageId, ...rest }) => ({ ...rest, messageId: `${messageId} of the other` }))
      await account.upsertConversationWithEvents({ ...phone, events: [...copies, ...others] })
      await account.upsertConversationWithEvents({ ...user, events: [...copies, ...waiting] })
      const commands = await cost(() => account.linkCustomerIds({ oaId: 'page', identities }))
      expect(await account.findMessage({ ...user, messageId: `copy ${count}-0 of the other` })).toMatchObject({ text: 'better' })
      expect(await account.findByOaAndCustomer(user)).toMatchObject({ lastSeq: 3 * count, unreadCount: 2 * count })
      return commands.length
    }
    expect(await linking(40)).toBeLessThanOrEqual((await linking(3)) + 3)
  })

  test('lead a process that remembers the former head to the right person', async () => {
    const { account } = database
    const [a, b] = [person(), person()]
    const message = (text: string, minute: number): EventInput => ({ type: 'message', messageId: text, text, occurredAt: at(minute) })
    await account.upsertConversationWithEvents({ ...a.user, identities: a.identities, events: [message('of a', 1)] })
    await account.upsertConversationWithEvents({ ...b.user, events: [message('of b', 1)] })
    // The other process knows the phone as the alias of the first person's user id.
    await other.updateNickname({ ...a.phone, nickname: 'Ann' })
    await other.upsertConversationWithEvents({ ...a.phone, events: [message('again of a', 2)] })
    const gone: EventInput = {
      type: 'identity_change',
      previous: [{ id: a.phone.customerId, kind: 'phone' }],
      current: [{ id: customer().customerId, kind: 'phone' }],
      occurredAt: at(3),
    }
    await account.upsertConversationWithEvents({ ...a.user, events: [gone] })
    const taken = [
      { id: a.phone.customerId, kind: 'phone' },
      { id: b.user.customerId, kind: 'user_id' },
    ]
    await account.upsertConversationWithEvents({ ...b.user, identities: taken, events: [message('with the phone', 4)] })

    await other.updateNickname({ ...a.phone, nickname: 'Ben' })
    await other.upsertConversationWithEvents({ ...a.phone, events: [message('by the phone', 5)] })
    await other.markRead(a.phone)
    expect(await account.findByOaAndCustomer(a.user)).toMatchObject({ nickname: 'Ann', lastSeq: 2, unreadCount: 2 })
    expect(await account.findByOaAndCustomer(b.user)).toMatchObject({ nickname: 'Ben', lastSeq: 3, unreadCount: 0 })
    // What was said under the phone while it was the first person's is no news of the second one.
    for (const process of [account, other]) {
      expect(await process.upsertConversationWithEvents({ ...a.phone, events: [message('again of a', 2)] })).toMatchObject({
        duplicates: 1,
      })
    }
    expect(await wrongGroups(database.db)).toEqual([])
  })

  test('lead a process that remembers a person as the head to the person that it became part of', async () => {
    const { account } = database
    const [a, b] = [person(), person()]
    for (const { phone, user, identities } of [a, b]) {
      await account.upsertConversation({
        ...user,
        identities: identities.map(({ id }, n) => ({ id, kind: `${n} of ${user.customerId}` })),
      })
      await other.updateNickname({ ...phone, nickname: phone.customerId })
    }
    const both = [a, b].map(({ user }) => ({ id: user.customerId, kind: `1 of ${user.customerId}` }))
    expect(await account.linkCustomerIds({ oaId: 'page', identities: both })).toMatchObject({ outcome: 'linked' })
    for (const key of [a.phone, b.phone, a.user, b.user]) {
      await other.upsertConversationWithEvents({ ...key, events: messages(1, `by ${key.customerId}`) })
      await other.updateNickname({ ...key, nickname: 'of one' })
    }
    const { items } = await account.listConversations({ oaId: 'page', customerId: b.phone.customerId, status: 'active' })
    expect(items).toMatchObject([{ nickname: 'of one', lastSeq: 4, unreadCount: 4 }])
    expect(await wrongGroups(database.db)).toEqual([])
  })

  test('conflict with a conversation that is opened for one of them at the same time', async () => {
    const { account, client, store } = database
    const { phone, user, identities } = person()
    await account.upsertConversation(phone)
    await account.upsertConversation(user)
    await account.closeConversation(user)
    await using linking = client.startSession()
    await using opening = client.startSession()
    for (const session of [linking, opening]) session.startTransaction()
    await store.using(linking).forAccount('acme').linkCustomerIds({ oaId: 'page', identities })
    const opened = store
      .using(opening)
      .forAccount('acme')
      .upsertConversationWithEvents({ ...user, events: messages(1) })
    await expect(opened).rejects.toMatchObject({ code: 112 })
    for (const session of [linking, opening]) await session.abortTransaction()
  })
})
