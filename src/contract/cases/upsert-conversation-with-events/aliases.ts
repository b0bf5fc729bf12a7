import assert from 'node:assert/strict'
import { withEvents } from '../../contract-case.js'
import { at, replied, said } from '../../events.js'
import { holds, only, present, rejects } from '../../expectations.js'
import type { Scene } from '../../scene.js'

const claim = { customerUsername: 'lan', matchUsername: true }

/** Makes a customer with one message, and a second id that uses the same username and has not written yet. */
async function twoIds(scene: Scene): Promise<{ old: Scene; fresh: Scene }> {
  await scene.account.upsertConversationWithEvents({ ...scene.key, ...claim, events: [said('m1')] })
  return { old: scene, fresh: scene.another() }
}

export const aliasCases = withEvents([
  {
    title: 'adopts by username in the step that stores the new id’s first message',
    async run({ scene }) {
      const { old, fresh } = await twoIds(scene())
      const { account } = old
      const events = [said('m2', { occurredAt: at(1) })]
      const { outcome, conversation } = await account.upsertConversationWithEvents({ ...fresh.key, ...claim, events })
      assert.equal(outcome, 'adopted')
      holds(conversation, { customerId: old.customerId, lastSeq: 2, unreadCount: 2, version: 1 })
      only(await old.rows.conversations())
      const contactInboxes = await old.rows.contactInboxes()
      const alias = present(contactInboxes.find((row) => row.customer_id === fresh.customerId))
      const message = present((await old.rows.messages()).find((row) => row.message_id === 'm2'))
      holds(message, { own_id: alias.id, conversation_id: conversation?.id, seq: 2 })
    },
  },
  {
    title: 'writes events of both ids to one conversation and counts them together',
    async run({ scene }) {
      const { old, fresh } = await twoIds(scene())
      await old.account.upsertConversation({ ...fresh.key, ...claim })
      await fresh.write(said('a'), replied('b'))
      await old.write(said('c'))
      const conversation = present(await old.account.findByOaAndCustomer(fresh.key))
      holds(conversation, { lastSeq: 4, unreadCount: 3, customerId: old.customerId })
      const { items } = await old.account.listMessages({ conversationId: conversation.id })
      assert.deepEqual(
        items.map(({ messageId }) => messageId),
        ['m1', 'a', 'b', 'c'],
      )
      await fresh.write({ type: 'receipt', status: 'read', watermark: at(5), occurredAt: at(5) })
      assert.equal((await old.account.findMessage({ ...fresh.key, messageId: 'b' }))?.status, 'read')
    },
  },
  {
    title: 'adopts nothing for a replay or for events that open nothing',
    async run({ scene }) {
      const { old, fresh } = await twoIds(scene())
      const { account } = old
      const events = [{ type: 'reaction' as const, targetMessageId: 'm1', emoji: '❤', occurredAt: at(1) }]
      const result = await account.upsertConversationWithEvents({ ...fresh.key, ...claim, events })
      assert.equal(result.conversation, null)
      assert.equal(await account.findByOaAndCustomer(fresh.key), null)
      for (const row of await old.rows.contactInboxes()) assert.equal(row.canonical_id, null)
    },
  },
  {
    title: 'says USERNAME_TAKEN before anything of the call is stored',
    async run({ scene }) {
      const { old, fresh } = await twoIds(scene())
      await fresh.write(said('m9'))
      const conversationId = present(await old.account.findByOaAndCustomer(old.key)).id
      const call = old.account.upsertConversationWithEvents({ ...fresh.key, ...claim, events: [said('m10')] })
      await rejects(call, 'USERNAME_TAKEN', { conversationId })
      assert.equal((await old.rows.messages()).length, 2)
    },
  },
  {
    title: 'leaves a message id of an alias’s chat on Telegram to the other chat as well',
    async run({ scene }) {
      const first = scene()
      const fresh = first.another()
      await first.account.upsertConversation({ ...first.key, ...claim, channel: 'telegram' })
      await first.account.upsertConversation({ ...fresh.key, ...claim })
      await fresh.write(said('7', { text: 'of the fresh chat' }))
      holds(await first.write(said('7')), { duplicates: 0 })
      assert.equal((await first.account.findMessage({ ...fresh.key, messageId: '7' }))?.text, 'of the fresh chat')
    },
  },
])
