import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../src/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, openDatabase } from './database.js'

/** Objects that a pipeline, an update, the driver or the server could misread as operators, variables or paths. */
const objects: readonly JsonObject[] = [
  { $a: 1, 'b.c': 2 },
  { nested: { $set: { 'a.b': [{ $ne: null }, '$$ROOT'] } } },
  { $literal: 1, $$NOW: '$$NOW', $cond: ['$version', 1, 2] },
  { $ref: 'collection', $id: 1, $db: 'db' },
  { deep: [{ $ref: 'collection', $id: 'x' }] },
  { _bsontype: 'ObjectId', id: '0123456789ab' },
  { list: [[{ _bsontype: 'Long', low: 1, high: 2 }]] },
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}') as JsonObject,
  { '': 1, '.': 2, $: 3, '..': 4, 'a.': 5 },
  { $date: '2020-01-01', $oid: 'x', $numberLong: '1', $regex: '.*' },
  { big: 2 ** 40, fraction: 0.1, negative: -1, huge: 1e300 },
  { 10: 'ten', 9: 'nine', b: 1, a: 2 },
  { toBSON: 'x', toJSON: 'y', length: 0 },
  { text: '😀', nothing: null, yes: true, empty: {}, none: [] },
]
const texts = ['$n', '$5.00 off', '$$ROOT', '$$REMOVE', '{"$gt":""}', '.', '__proto__']

describe.skipIf(isServerAbsent('mongoReplicaSet'))('values that look like operators, on MongoDB', () => {
  test('objects come back as they were, from each way of writing them', async () => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'))
    const { account } = database
    for (const metadata of objects) {
      const key = customer()
      const same = (value: Json | null) => expect(JSON.stringify(inOrder(value))).toBe(JSON.stringify(inOrder(metadata)))

      const created = await account.upsertConversation({ ...key, metadata })
      same(created.conversation.metadata)
      expect((await account.upsertConversation({ ...key, metadata })).outcome).toBe('unchanged')
      await account.updateConversation({ ...key, metadata: null })
      expect((await account.updateConversation({ ...key, metadata })).outcome).toBe('updated')
      expect((await account.updateConversation({ ...key, metadata: reversed(metadata) })).outcome).toBe('unchanged')
      const { contactId, id: conversationId } = created.conversation
      same((await account.findConversation({ conversationId }))?.metadata ?? null)
      same((await account.updateContact({ contactId, metadata })).metadata)
      same((await account.connectInbox({ oaId: key.customerId, channel: 'sms', metadata })).metadata)

      const attachments = [{ type: 'file', payload: metadata }]
      await account.upsertConversationWithEvents({
        ...key,
        metadata,
        events: [
          { type: 'message', messageId: 'm', metadata, attachments },
          { type: 'postback', eventId: 'p', payload: metadata },
          { type: 'reaction', targetMessageId: 'm', emoji: '$x', sender: { id: '$who' } },
        ],
      })
      const message = await account.findMessage({ ...key, messageId: 'm' })
      same(message?.metadata ?? null)
      same(message?.attachments[0]?.payload ?? null)
      const { items } = await account.listEvents({ conversationId })
      same(items.find(({ type }) => type === 'postback')?.payload ?? null)
    }
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  test('texts come back as they were', async () => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'))
    const { account } = database
    for (const text of texts) {
      const key = { oaId: text, customerId: text }
      await account.upsertConversation(key)
      const { conversation } = await account.updateConversation({
        ...key,
        nickname: text,
        customerName: text,
        customerUsername: text,
        chatbotId: text,
      })
      expect(conversation).toMatchObject({ ...key, nickname: text, customerName: text, customerUsername: text, chatbotId: text })
      expect((await account.upsertConversation({ ...key, nickname: `${text}!` })).conversation.nickname).toBe(`${text}!`)
      expect((await account.updateContact({ ...key, name: text })).name).toBe(text)
      await account.upsertConversationWithEvents({ ...key, events: [{ type: 'message', messageId: text, text }] })
      expect(await account.findMessage({ ...key, messageId: text })).toMatchObject({ text, messageId: text })
      expect((await account.findByChatbotId({ chatbotId: text })).items).toHaveLength(1)
    }
  })

  test('metadata is a subdocument where BSON can hold it, and JSON text where it can not', async () => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'))
    const stored = async (metadata: JsonObject) => {
      const { conversation } = await database.account.upsertConversation({ ...customer(), metadata })
      return (await database.db.collection('conversations').findOne({ accountId: 'acme', contact_id: conversation.contactId }))?.metadata
    }
    expect(await stored({ 'b.c': 2, $a: 1 })).toEqual({ $a: 1, 'b.c': 2 })
    expect(await stored({ _bsontype: 'ObjectId' })).toBe('{"_bsontype":"ObjectId"}')
  })
})

/** Sorts the keys, because neither backend keeps their order. */
function inOrder(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(inOrder)
  const keys = Object.keys(value).sort()
  return Object.fromEntries(keys.map((key) => [key, inOrder((value as JsonObject)[key] ?? null)]))
}

function reversed(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).reverse())
}
