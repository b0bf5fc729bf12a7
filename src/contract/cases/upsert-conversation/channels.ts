import assert from 'node:assert/strict'
import { isConversationStoreError } from '../../../model/errors.js'
import type { CaseList } from '../../contract-case.js'
import { holds, only, racing, rejects } from '../../expectations.js'

export const channelCases: CaseList = [
  {
    title: 'takes the given channel, and refuses another one from then on',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const { conversation } = await account.upsertConversation({ ...key, channel: 'zalo' })
      assert.equal(conversation.channel, 'zalo')
      const mismatch = { expected: 'zalo', actual: 'telegram' }
      await rejects(account.upsertConversation({ ...key, channel: 'telegram', nickname: 'a' }), 'INBOX_CHANNEL_MISMATCH', mismatch)
      const same = await account.upsertConversation({ ...key, channel: 'zalo' })
      assert.equal(same.outcome, 'unchanged')
      holds(only(await rows.conversations()), { channel: 'zalo', nickname: null, version: 0 })
      holds(only(await rows.contactInboxes()), { channel: 'zalo' })
    },
  },
  {
    title: 'takes the inbox’s channel where none is given, and refuses another',
    needs: ['joint writes'],
    async run({ scene }) {
      const { account, oaId, key, rows } = scene()
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      const mismatch = { expected: 'whatsapp', actual: 'messenger' }
      await rejects(account.upsertConversation({ ...key, channel: 'messenger' }), 'INBOX_CHANNEL_MISMATCH', mismatch)
      assert.deepEqual(await rows.conversations(), [])
      assert.deepEqual(await rows.contactInboxes(), [])
      const { conversation } = await account.upsertConversation(key)
      assert.equal(conversation.channel, 'whatsapp')
    },
  },
  {
    title: 'lets `api`, which stands for "not said", become the given channel as a change',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      await open()
      const { outcome, conversation } = await account.upsertConversation({ ...key, channel: 'sms' })
      assert.equal(outcome, 'updated')
      holds(conversation, { channel: 'sms', version: 1 })
      holds(only(await rows.contactInboxes()), { channel: 'sms' })
    },
  },
  {
    title: 'lets `api` become the channel of an inbox that was connected later',
    needs: ['joint writes'],
    async run({ scene }) {
      const { account, oaId, key, open, rows } = scene()
      await open()
      await account.connectInbox({ oaId, channel: 'messenger' })
      const { outcome, conversation } = await account.upsertConversation(key)
      assert.equal(outcome, 'updated')
      holds(conversation, { channel: 'messenger', version: 1 })
      holds(only(await rows.conversations()), { channel: 'messenger', version: 1 })
    },
  },
  {
    title: 'writes a patch and the channel of an inbox that was connected later as one change',
    needs: ['joint writes'],
    async run({ scene }) {
      const { account, oaId, key, open, rows } = scene()
      await open()
      await account.connectInbox({ oaId, channel: 'messenger' })
      const { outcome } = await account.upsertConversation({ ...key, nickname: 'Lan' })
      assert.equal(outcome, 'updated')
      holds(only(await rows.conversations()), { channel: 'messenger', nickname: 'Lan', version: 1 })
    },
  },
  {
    title: 'keeps the channel for the next conversation of the customer',
    async run({ scene }) {
      const { account, key } = scene()
      await account.upsertConversation({ ...key, channel: 'instagram' })
      await account.closeConversation(key)
      const { conversation } = await account.upsertConversation(key)
      assert.equal(conversation.channel, 'instagram')
    },
  },
  {
    title: 'gives 20 concurrent first calls on different channels one of them, which the next conversation has too',
    async run({ scene }) {
      const { account, key, open } = scene()
      await open()
      const channels = await racing(20, async (index) => {
        const channel = `channel_${index}`
        try {
          return (await account.upsertConversation({ ...key, channel })).conversation.channel
        } catch (error) {
          if (!isConversationStoreError(error, 'INBOX_CHANNEL_MISMATCH')) throw error
          return error.details.expected
        }
      })
      const [channel] = channels
      assert.deepEqual([...new Set(channels)], [channel])
      await account.closeConversation(key)
      assert.equal((await open()).channel, channel)
    },
  },
  {
    title: 'gives a new conversation the inbox’s chatbot, unless the patch names one',
    needs: ['joint writes'],
    async run({ scene }) {
      const first = scene()
      const { account, oaId } = first
      await account.connectInbox({ oaId, channel: 'widget', chatbotId: 'bot-of-inbox' })
      assert.equal((await first.open()).chatbotId, 'bot-of-inbox')
      const named = await account.upsertConversation({ ...first.another().key, chatbotId: 'bot-of-call' })
      assert.equal(named.conversation.chatbotId, 'bot-of-call')
      const without = await account.upsertConversation({ ...first.another().key, chatbotId: null })
      assert.equal(without.conversation.chatbotId, null)
    },
  },
  {
    title: 'reports a taken username before a version conflict, and that before a channel mismatch',
    needs: ['joint writes'],
    async run({ scene }) {
      const first = scene()
      const other = first.another()
      const { account } = first
      const holder = await account.upsertConversation({ ...first.key, customerUsername: 'lan', matchUsername: true })
      await account.upsertConversation({ ...other.key, channel: 'sms' })
      const all = { ...other.key, customerUsername: 'lan', matchUsername: true, expectedVersion: 9, channel: 'zalo' }
      await rejects(account.upsertConversation(all), 'USERNAME_TAKEN', { conversationId: holder.conversation.id })
      await rejects(account.upsertConversation({ ...all, matchUsername: false }), 'VERSION_CONFLICT', { expected: 9, actual: 0 })
      await rejects(account.upsertConversation({ ...other.key, channel: 'zalo' }), 'INBOX_CHANNEL_MISMATCH')
    },
  },
]
