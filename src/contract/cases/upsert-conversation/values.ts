import assert from 'node:assert/strict'
import type { JsonObject } from '../../../model/json.js'
import type { StandardSchema } from '../../../model/standard-schema.js'
import type { CaseList } from '../../contract-case.js'
import { holds, only, rejects } from '../../expectations.js'

const awkward = JSON.parse(`{
  "$set": { "$gt": "$nickname", "a.b": { "c.d": [{ "$literal": 1 }, null, true, "$$ROOT"] } },
  "__proto__": { "polluted": true, "__proto__": [1] },
  "constructor": { "prototype": { "polluted": true } },
  "": "an empty key", "_id": "not an id", "_bsontype": "ObjectId", "toJSON": "text",
  "unicode": "Xin chào 👋🏽 \\u2028 \\u0001 ‮ ﷽", "ключ": "ø",
  "numbers": [0, -1, 0.1, 1e21, -1.5e-7, 9007199254740991, -9007199254740991, 1.7976931348623157e308, 5e-324, 4294967296],
  "empty": [{}, [], ""], "date": "2024-05-01T10:00:00.000Z", "1": "numeric key", "0": "first"
}`) as JsonObject

export const valueCases: CaseList = [
  {
    title: 'keeps metadata of any JSON exactly, operators and `__proto__` included',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const { conversation } = await account.upsertConversation({ ...key, metadata: awkward })
      assert.deepEqual(conversation.metadata, awkward)
      assert.deepEqual((await account.findByOaAndCustomer(key))?.metadata, awkward)
      assert.deepEqual(only(await rows.conversations()).metadata, awkward)
      assert.equal((await account.upsertConversation({ ...key, metadata: awkward })).outcome, 'unchanged')
      assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
    },
  },
  {
    title: 'keeps metadata 32 levels deep and refuses 33',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const nested = (levels: number): JsonObject => (levels === 1 ? { leaf: 1 } : { down: nested(levels - 1) })
      await account.upsertConversation({ ...key, metadata: nested(32) })
      await rejects(account.upsertConversation({ ...key, metadata: nested(33) }), 'VALIDATION_FAILED')
      assert.deepEqual(only(await rows.conversations()).metadata, nested(32))
    },
  },
  {
    title: 'keeps texts that look like operators, templates or escapes',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const customerName = '%s {{name}} \\x00 \\u0000 \' " ; --'
      const patch = { nickname: '$n', customerName, customerUsername: '$$NOW', chatbotId: '$chatbot_id' }
      const { conversation } = await account.upsertConversation({ ...key, ...patch })
      holds(conversation, patch)
      const updated = await account.upsertConversation({ ...key, nickname: '$customer_name', customerName: '$$REMOVE' })
      holds(updated.conversation, { nickname: '$customer_name', customerName: '$$REMOVE' })
      holds(only(await rows.conversations()), { nickname: '$customer_name', customer_name: '$$REMOVE', customer_username: '$$NOW' })
    },
  },
  {
    title: 'keeps ids that look like operators or separators apart from each other',
    async run({ scene }) {
      const { account } = scene()
      const ids = ['$oa', 'a:b', 'a', 'b', 'a|b', 'a.b', 'A', ' a', 'a ', 'é', 'e\u0301', '%', '_', "'", '__proto__', 'constructor']
      const made = await Promise.all(ids.map((id) => account.upsertConversation({ oaId: id, customerId: id })))
      assert.equal(new Set(made.map(({ conversation }) => conversation.id)).size, ids.length)
      for (const [index, id] of ids.entries()) {
        const found = await account.findByOaAndCustomer({ oaId: id, customerId: id })
        assert.equal(found?.id, made[index]?.conversation.id, id)
      }
      assert.equal(await account.findByOaAndCustomer({ oaId: 'a', customerId: 'b' }), null)
    },
  },
  {
    title: 'removes U+0000 from texts and metadata and makes lone surrogates well-formed',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const metadata = { 'k\u0000ey': 'a\u0000b', half: ['\ud83d', 'x\udc4b'], whole: '👋' }
      const { conversation } = await account.upsertConversation({ ...key, nickname: 'La\u0000n \ud800!', metadata })
      const kept = { key: 'ab', half: ['\ufffd', 'x\ufffd'], whole: '👋' }
      holds(conversation, { nickname: 'Lan \ufffd!', metadata: kept })
      holds(only(await rows.conversations()), { nickname: 'Lan \ufffd!', metadata: kept })
    },
  },
  {
    title: 'refuses U+0000, lone surrogates, emptiness and the text of a missing value in ids',
    async run({ scene }) {
      const { account, key, rows } = scene()
      for (const id of ['', 'a\u0000', '\u0000', 'a\ud800', '\udc00b', 'null', 'undefined']) {
        await rejects(account.upsertConversation({ ...key, customerId: id }), 'VALIDATION_FAILED')
        await rejects(account.upsertConversation({ ...key, oaId: id }), 'VALIDATION_FAILED')
        await rejects(account.upsertConversation({ ...key, chatbotId: id }), 'VALIDATION_FAILED')
      }
      assert.deepEqual(await rows.contactInboxes(), [])
    },
  },
  {
    title: 'measures ids in UTF-8 bytes: 512 fit, 513 do not',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const longest = `${'ơ'.repeat(255)}ab`
      const { conversation } = await account.upsertConversation({ ...key, customerId: longest })
      assert.equal(conversation.customerId, longest)
      await rejects(account.upsertConversation({ ...key, customerId: `${longest}c` }), 'VALIDATION_FAILED')
      only(await rows.conversations())
    },
  },
  {
    title: 'refuses whatever is no string where an id belongs',
    async run({ scene }) {
      const { account, key, rows } = scene()
      for (const value of [{ $ne: null }, ['a'], 7, true, null, /a/, { toString: () => 'a' }, Object('a'), new Date()]) {
        await rejects(account.upsertConversation({ ...key, customerId: value as never }), 'VALIDATION_FAILED')
        await rejects(account.upsertConversation({ ...key, nickname: value as never, oaId: value as never }), 'VALIDATION_FAILED')
      }
      assert.deepEqual(await rows.contactInboxes(), [])
    },
  },
  {
    title: 'checks metadata by the store’s schema, and keeps what the schema made of it',
    async run({ store, scene }) {
      const { account, key, rows } = scene(store({ metadata: planSchema }))
      const { conversation } = await account.upsertConversation({ ...key, metadata: { plan: 'GOLD' } })
      assert.deepEqual(conversation.metadata, { plan: 'gold' })
      assert.deepEqual(only(await rows.conversations()).metadata, { plan: 'gold' })
      const error = await rejects(account.upsertConversation({ ...key, metadata: { plan: 5 } }), 'VALIDATION_FAILED')
      assert.ok(error.details.issues.some(({ path }) => path === 'metadata.plan'))
    },
  },
]

const planSchema: StandardSchema<JsonObject> = {
  '~standard': {
    version: 1,
    vendor: 'contract',
    validate(value) {
      const plan = typeof value === 'object' && value !== null && 'plan' in value ? value.plan : undefined
      if (typeof plan === 'string') return { value: { plan: plan.toLowerCase() } }
      return { issues: [{ message: 'must be a string', path: ['plan'] }] }
    },
  },
}
