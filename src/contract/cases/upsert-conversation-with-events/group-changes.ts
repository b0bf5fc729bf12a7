import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { column, holds, present } from '../../expectations.js'
import { permutations } from '../../permutations.js'
import { linked } from './linked.js'

const deletion: EventInput = { type: 'message_delete', targetMessageId: 'm1', occurredAt: at(4) }

export const groupChangeCases = withEvents([
  {
    title: 'applies what comes under the other id, in whatever order it and the message come',
    async run({ scene }) {
      const first = scene()
      const edit: EventInput = { type: 'message_edit', targetMessageId: 'm1', text: 'better', occurredAt: at(2) }
      const reaction: EventInput = { type: 'reaction', targetMessageId: 'm1', emoji: '❤', occurredAt: at(3) }
      const receipt: EventInput = { type: 'receipt', status: 'read', messageIds: ['m1'], occurredAt: at(4) }
      for (const order of permutations<EventInput>([replied('m1'), edit, reaction, receipt])) {
        const { old, fresh } = await linked(first.foreign())
        for (const [index, event] of order.entries()) await (index % 2 === 0 ? fresh : old).write(event)
        const title = order.map(({ type }) => type).join(', ')
        const message = present(await old.account.findMessage({ ...old.key, messageId: 'm1' }), title)
        holds(message, { text: 'better', editedAt: at(2), status: 'read', readAt: at(4) })
        assert.deepEqual(message.reactions, [{ senderId: 'customer', emoji: '❤', occurredAt: at(3) }], title)
        assert.deepEqual(new Set(column(await old.rows.events(), 'conversation_id')).size, 1, title)
      }
    },
  },
  {
    title: 'deletes a text for good when its deletion came first, under the other id',
    async run({ scene }) {
      const { old, fresh } = await linked(scene())
      await fresh.write(deletion)
      await old.write(said('m1'))
      holds(present(await fresh.account.findMessage({ ...fresh.key, messageId: 'm1' })), { text: '', deletedAt: at(4) })
    },
  },
  {
    title: 'takes a reaction away under the other id, and a second one replaces the first',
    async run({ scene }) {
      const { old, fresh } = await linked(scene())
      const reacted = (emoji: string | null, minute: number): EventInput => ({
        type: 'reaction',
        targetMessageId: 'm0',
        ...(emoji === null ? { action: 'remove' } : { emoji }),
        occurredAt: at(minute),
      })
      const current = async () => present(await old.account.findMessage({ ...old.key, messageId: 'm0' })).reactions
      await old.write(reacted('❤', 1))
      await fresh.write(reacted('👍', 2))
      assert.deepEqual(await current(), [{ senderId: 'customer', emoji: '👍', occurredAt: at(2) }])
      await old.write(reacted(null, 3))
      assert.deepEqual(await current(), [])
      const stranger = { id: 'a member of the group' }
      await old.write({ ...reacted('🎉', 4), sender: stranger } as EventInput)
      assert.deepEqual(await current(), [{ senderId: stranger.id, emoji: '🎉', occurredAt: at(4) }])
    },
  },
  {
    title: 'marks what was sent to one id by the watermark of the other, before and after',
    async run({ scene }) {
      const { old, fresh } = await linked(scene())
      await old.write(replied('r1', { occurredAt: at(1) }))
      await fresh.write({ type: 'receipt', status: 'read', watermark: at(5), occurredAt: at(6) })
      await old.write(replied('r2', { occurredAt: at(2) }))
      await fresh.write(replied('r3', { occurredAt: at(3) }))
      for (const messageId of ['r1', 'r2', 'r3']) {
        holds(present(await old.account.findMessage({ ...old.key, messageId })), { status: 'read', readAt: at(6) })
      }
    },
  },
  {
    title: 'confirms a reply by its local id under the other id, and folds its echo',
    async run({ scene }) {
      const { old, fresh } = await linked(scene())
      await old.write(sending('l1'))
      await fresh.write({ type: 'message_sent', localId: 'l1', messageId: 'w1', occurredAt: at(1) })
      holds(present(await old.account.findMessage({ ...old.key, messageId: 'w1' })), { localId: 'l1', status: 'sent' })
      await old.write(sending('l2'))
      await fresh.write(replied('w2', { text: 'text of l2' }))
      await old.write({ type: 'message_sent', localId: 'l2', messageId: 'w2', occurredAt: at(2) })
      const message = present(await old.account.findMessage({ ...fresh.key, localId: 'l2' }))
      holds(message, { messageId: 'w2', text: 'text of l2' })
      assert.equal((await old.rows.messages()).length, 3)
    },
  },
  {
    title: 'takes a postback and a referral for duplicates under the other id',
    async run({ scene }) {
      const { old, fresh } = await linked(scene())
      const postback: EventInput = { type: 'postback', payload: { title: 'Yes' }, occurredAt: at(1) }
      const referral: EventInput = { type: 'referral', payload: { ref: 'ad' }, occurredAt: at(2) }
      await old.write(postback, referral)
      const again = await fresh.write(postback, referral)
      holds(again, { outcome: 'duplicate', duplicates: 2 })
      const byAnother = await fresh.write({ ...postback, sender: { id: 'somebody else', type: 'customer' } })
      holds(byAnother, { duplicates: 0 })
    },
  },
  {
    title: 'keeps what joining changed of an adopted conversation, also where the call that adopts it patches it',
    async run({ clock, store, scene }) {
      const fresh = scene(store({ clock: clock.now }))
      const { account } = fresh
      const old = fresh.another()
      const claim = { customerUsername: 'lan', matchUsername: true }
      await fresh.write(said('f1'))
      const { conversation: former } = await account.closeConversation(fresh.key)
      clock.advance(1_000)
      await account.upsertConversationWithEvents({ ...old.key, ...claim, events: [said('m1')] })
      await fresh.write({ type: 'message_edit', targetMessageId: 'm1', text: 'better', occurredAt: at(2) })
      clock.advance(1_000)
      const adopted = await account.upsertConversation({ ...fresh.key, ...claim, nickname: 'Lan' })
      holds(adopted, { outcome: 'adopted' })
      holds(adopted.conversation, { contactId: former.contactId, nickname: 'Lan', lastMessagePreview: 'better' })
      assert.deepEqual(
        adopted.conversation.identities.map(({ id }) => id),
        [old.customerId, fresh.customerId],
      )
      await fresh.write(said('f2', { occurredAt: at(3) }))
      const { items } = await account.listEvents({ conversationId: adopted.conversation.id })
      assert.deepEqual(
        items.map(({ type, eventSeq }) => [type, eventSeq]),
        [
          ['message', 1],
          ['message_edit', 2],
          ['message', 3],
        ],
      )
    },
  },
])
