import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { closeIfActive, column, holds, only, present, racing, tally, upTo } from '../../expectations.js'

export const openingCases: CaseList = [
  {
    title: 'opens a conversation at version 0, with a contact and a contact inbox',
    async run({ clock, store, scene, raw }) {
      const { account, accountId, key, rows } = scene(store({ clock: clock.now }))
      const { outcome, conversation } = await account.upsertConversation({ ...key, nickname: 'Lan', customerName: 'Nguyễn Thị Lan' })
      const now = clock.now()
      assert.equal(outcome, 'created')
      const { id, contactId, ...fields } = conversation
      assert.deepEqual(fields, {
        accountId,
        ...key,
        recipientId: key.customerId,
        identities: [{ id: key.customerId, kind: null, formerSince: null }],
        channel: 'api',
        status: 'open',
        version: 0,
        nickname: 'Lan',
        customerName: 'Nguyễn Thị Lan',
        customerUsername: null,
        chatbotId: null,
        unreadCount: 0,
        lastSeq: 0,
        readSeq: 0,
        lastMessageAt: null,
        lastMessagePreview: null,
        lastInboundAt: null,
        waitingSince: null,
        lastActivityAt: now,
        statusChangedAt: now,
        windowExpiresAt: null,
        snoozedUntil: null,
        closedAt: null,
        metadata: null,
        createdAt: now,
        updatedAt: now,
      })
      const contactInbox = only(await rows.contactInboxes())
      holds(contactInbox, { oa_id: key.oaId, customer_id: key.customerId, contact_id: contactId, canonical_id: null, channel: 'api' })
      holds(only(await rows.contacts()), { id: contactId, name: 'Nguyễn Thị Lan', name_source: 'channel' })
      holds(only(await raw.conversations(accountId)), {
        id,
        contact_inbox_id: contactInbox.id,
        contact_id: contactId,
        oa_id: key.oaId,
        customer_id: key.customerId,
        status: 'open',
        version: 0,
        nickname: 'Lan',
        username_key: null,
        last_activity_at: now,
      })
    },
  },
  {
    title: 'gives 50 concurrent callers one conversation and exactly one of them `created`',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const results = await racing(50, () => account.upsertConversation(key))
      assert.equal(new Set(results.map(({ conversation }) => conversation.id)).size, 1)
      assert.deepEqual(tally(results.map(({ outcome }) => outcome)), { created: 1, unchanged: 49 })
      holds(only(await rows.conversations(), 'conversation'), { id: results[0]?.conversation.id, version: 0 })
      only(await rows.contacts(), 'contact')
      only(await rows.contactInboxes(), 'contact inbox')
    },
  },
  {
    title: 'adds exactly 1 to the version for each of 30 concurrent callers that change something',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const results = await racing(30, (index) => account.upsertConversation({ ...key, nickname: `name ${index}` }))
      assert.deepEqual(tally(results.map(({ outcome }) => outcome)), { created: 1, updated: 29 })
      const versions = results.map(({ conversation }) => conversation.version).sort((a, b) => a - b)
      assert.deepEqual(versions, [0, ...upTo(29)])
      const last = results.find(({ conversation }) => conversation.version === 29)
      holds(only(await rows.conversations()), { version: 29, nickname: last?.conversation.nickname })
    },
  },
  {
    title: 'keeps the last closed conversation as it was and opens a second one',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      const first = await open()
      const closed = await account.closeConversation({ conversationId: first.id })
      const second = await account.upsertConversation(key)
      assert.equal(second.outcome, 'created')
      assert.notEqual(second.conversation.id, first.id)
      assert.equal(second.conversation.version, 0)
      assert.equal(second.conversation.contactId, first.contactId)
      assert.deepEqual(await account.findConversation({ conversationId: first.id }), closed.conversation)
      assert.deepEqual(column(await rows.conversations(), 'status'), ['closed', 'open'])
      only(await rows.contactInboxes())
    },
  },
  {
    title: 'opens one new conversation for 25 concurrent callers that find the last one closed',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      await account.closeConversation({ conversationId: (await open()).id })
      const results = await racing(25, () => account.upsertConversation(key))
      assert.deepEqual(tally(results.map(({ outcome }) => outcome)), { created: 1, unchanged: 24 })
      assert.deepEqual(column(await rows.conversations(), 'status'), ['closed', 'open'])
    },
  },
  {
    title: 'never has two active conversations while others close and open it',
    async run({ scene }) {
      const { account, key, rows } = scene()
      await racing(40, async (index) => {
        if (index % 2) await account.upsertConversation({ ...key, nickname: `name ${index}` })
        else await closeIfActive(account, key)
      })
      await account.upsertConversation(key)
      const active = (await rows.conversations()).filter((row) => row.status !== 'closed')
      assert.equal(active.length, 1)
      assert.equal((await account.findByOaAndCustomer(key))?.id, only(active).id)
    },
  },
  {
    title: 'takes "now" from the database where no clock is injected',
    async run({ scene }) {
      const { account, key } = scene()
      const { conversation } = await account.upsertConversation(key)
      assert.deepEqual(conversation.updatedAt, conversation.createdAt)
      const later = await account.upsertConversation({ ...key, nickname: 'Lan' })
      assert.ok(later.conversation.updatedAt >= conversation.createdAt)
      assert.deepEqual(later.conversation.createdAt, conversation.createdAt)
      assert.equal(present(later.conversation.lastActivityAt).getTime(), conversation.createdAt.getTime())
    },
  },
  {
    title: 'uses the ids that the store was told to make',
    async run({ store, scene, unique, raw }) {
      const made: string[] = []
      const newId = () => {
        const id = unique('id')
        made.push(id)
        return id
      }
      const { account, accountId, key } = scene(store({ newId }))
      const { conversation } = await account.upsertConversation(key)
      assert.ok(made.includes(conversation.id))
      assert.ok(made.includes(conversation.contactId))
      assert.ok(made.includes(String(only(await raw.contactInboxes(accountId)).id)))
    },
  },
]
