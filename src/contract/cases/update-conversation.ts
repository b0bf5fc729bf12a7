import assert from 'node:assert/strict'
import type { CaseList } from '../contract-case.js'
import { holds, only, racing, rejects, upTo } from '../expectations.js'

export const updateConversationCases: CaseList = [
  {
    title: 'patches a conversation by id or by customer, and adds 1 to its version',
    async run({ clock, store, scene }) {
      const { account, key, open, rows } = scene(store({ clock: clock.now }))
      const before = await open()
      const now = clock.advance(1_000)
      const first = await account.updateConversation({ conversationId: before.id, nickname: '$n', metadata: { $set: { 'a.b': 1 } } })
      assert.equal(first.outcome, 'updated')
      assert.deepEqual(first.conversation, { ...before, nickname: '$n', metadata: { $set: { 'a.b': 1 } }, version: 1, updatedAt: now })
      const second = await account.updateConversation({ ...key, nickname: null, chatbotId: 'bot', customerUsername: 'lan' })
      holds(second.conversation, {
        version: 2,
        nickname: null,
        chatbotId: 'bot',
        customerUsername: 'lan',
        metadata: { $set: { 'a.b': 1 } },
      })
      holds(only(await rows.conversations()), { version: 2, nickname: null, chatbot_id: 'bot', username_key: null, updated_at: now })
    },
  },
  {
    title: 'is `unchanged` when it says what is there, or nothing',
    async run({ scene }) {
      const { account, key } = scene()
      const { conversation } = await account.upsertConversation({ ...key, nickname: 'Lan', metadata: { a: [1], b: 2 } })
      const same = await account.updateConversation({ ...key, nickname: 'Lan', metadata: { b: 2, a: [1] } })
      assert.equal(same.outcome, 'unchanged')
      assert.deepEqual(same.conversation, conversation)
      assert.equal((await account.updateConversation(key)).outcome, 'unchanged')
    },
  },
  {
    title: 'names the contact by customerName, unless a person typed a name',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      await open()
      await account.updateConversation({ ...key, customerName: 'Lan' })
      holds(only(await rows.contacts()), { name: 'Lan', name_source: 'channel' })
      await account.updateContact({ ...key, name: 'Mrs Lan' })
      await account.updateConversation({ ...key, customerName: 'Lan N.' })
      holds(only(await rows.contacts()), { name: 'Mrs Lan', name_source: 'person' })
    },
  },
  {
    title: 'reaches a closed conversation by its id alone',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      const { id } = await open()
      await account.closeConversation(key)
      await rejects(account.updateConversation({ ...key, nickname: 'x' }), 'NOT_FOUND', { what: 'conversation' })
      const { conversation } = await account.updateConversation({ conversationId: id, nickname: 'x' })
      holds(conversation, { status: 'closed', nickname: 'x', version: 2 })
      holds(only(await rows.conversations()), { status: 'closed', nickname: 'x' })
    },
  },
  {
    title: 'refuses a stale version and leaves the row untouched',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      await open()
      await account.updateConversation({ ...key, nickname: 'a', expectedVersion: 0 })
      const before = await rows.conversations()
      await rejects(account.updateConversation({ ...key, nickname: 'b', expectedVersion: 0 }), 'VERSION_CONFLICT', {
        expected: 0,
        actual: 1,
      })
      await rejects(account.updateConversation({ ...key, nickname: 'a', expectedVersion: 9 }), 'VERSION_CONFLICT', {
        expected: 9,
        actual: 1,
      })
      assert.deepEqual(await rows.conversations(), before)
    },
  },
  {
    title: 'gives each of 30 concurrent changes its own version',
    async run({ scene }) {
      const { account, open, rows } = scene()
      const { id } = await open()
      const results = await racing(30, (index) => account.updateConversation({ conversationId: id, nickname: `name ${index}` }))
      assert.deepEqual(
        results.map(({ conversation }) => conversation.version).sort((a, b) => a - b),
        upTo(30),
      )
      holds(only(await rows.conversations()), { version: 30 })
    },
  },
  {
    title: 'does not find what another account has, nor what nobody has',
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      const { id } = await theirs.open()
      const foreign = await rejects(ours.account.updateConversation({ conversationId: id, nickname: 'x' }), 'NOT_FOUND')
      const unknown = await rejects(ours.account.updateConversation({ conversationId: 'nobody', nickname: 'x' }), 'NOT_FOUND')
      await rejects(ours.account.updateConversation({ ...ours.key, nickname: 'x' }), 'NOT_FOUND')
      assert.equal(foreign.message, unknown.message)
      holds(only(await theirs.rows.conversations()), { nickname: null, version: 0 })
    },
  },
  {
    title: 'refuses a key that names nothing, or two things',
    async run({ scene }) {
      const { account, key, open } = scene()
      const { id } = await open()
      await rejects(account.updateConversation({ nickname: 'x' } as never), 'VALIDATION_FAILED')
      await rejects(account.updateConversation({ oaId: key.oaId, nickname: 'x' } as never), 'VALIDATION_FAILED')
      await rejects(account.updateConversation({ ...key, conversationId: id, nickname: 'x' }), 'VALIDATION_FAILED')
      await rejects(account.updateConversation({ conversationId: { $ne: null } as never, nickname: 'x' }), 'VALIDATION_FAILED')
    },
  },
]
