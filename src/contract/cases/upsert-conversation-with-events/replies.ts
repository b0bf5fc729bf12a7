import assert from 'node:assert/strict'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { column, holds, only, present } from '../../expectations.js'
import { permutations } from '../../permutations.js'

const sent = { type: 'message_sent' as const, localId: 'l1', messageId: 'm1', occurredAt: at(2) }
const failed = { type: 'message_failed' as const, localId: 'l1', error: '$refused', occurredAt: at(2) }

export const replyCases = withEvents([
  {
    title: 'gives a reply the id that the channel calls it by',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const before = await write(sending('l1'))
      const { outcome, events, conversation } = await write(sent)
      assert.equal(outcome, 'unchanged')
      assert.deepEqual(events, [{ outcome: 'stored' }])
      assert.deepEqual(conversation, before.conversation)
      const message = await account.findMessage({ ...key, messageId: 'm1' })
      holds(message, { localId: 'l1', messageId: 'm1', status: 'sent', sentAt: at(2), seq: 1 })
      assert.deepEqual(await account.findMessage({ ...key, localId: 'l1' }), message)
      holds(only(await rows.messages()), { local_id: 'l1', message_id: 'm1', sent_at: at(2) })
    },
  },
  {
    title: 'knows the echo of a reply that was linked before',
    async run({ scene }) {
      const { write, rows } = scene()
      await write(sending('l1'))
      await write(sent)
      const echo = await write(replied('m1', { occurredAt: at(2) }))
      assert.equal(echo.outcome, 'duplicate')
      only(await rows.messages())
    },
  },
  {
    title: 'ends in one row and one seq in whatever order the reply, its echo and its confirmation come',
    async run({ scene }) {
      const first = scene()
      const parts = [sending('l1', { text: 'hello' }), replied('m1', { text: 'hello', occurredAt: at(2) }), sent]
      for (const order of permutations(parts)) {
        const { account, key, write } = first.another()
        for (const part of order) await write(part)
        const conversation = present(await account.findByOaAndCustomer(key))
        holds(conversation, { lastSeq: 1, unreadCount: 0, lastMessagePreview: 'hello' })
        const message = only((await account.listMessages({ conversationId: conversation.id })).items, 'message')
        holds(message, { localId: 'l1', messageId: 'm1', seq: 1, status: 'sent', text: 'hello' })
      }
    },
  },
  {
    title: 'folds an echo that came first into the reply’s row, and closes the hole in seq that it leaves',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(said('m0'), sending('l1', { text: 'hello', occurredAt: at(3) }), said('m2', { occurredAt: at(1) }))
      const reply = present(await account.findMessage({ ...key, localId: 'l1' }))
      await write(replied('m1', { text: 'hello', occurredAt: at(2) }), said('m4', { occurredAt: at(1) }))
      await write({ type: 'reaction', targetMessageId: 'm1', emoji: '❤', occurredAt: at(4) })
      await write({ type: 'receipt', status: 'read', messageIds: ['m1'], occurredAt: at(5) })
      const before = present(await account.findByOaAndCustomer(key))
      const { outcome, conversation } = await write(sent)
      assert.equal(outcome, 'updated')
      holds(conversation, { lastSeq: 4, unreadCount: 3, version: before.version + 1, lastMessageAt: before.lastMessageAt })
      const messages = await rows.messages()
      assert.deepEqual(column(messages, 'seq'), [1, 2, 3, 4])
      holds(
        messages.find((row) => row.message_id === 'm4'),
        { seq: 4 },
      )
      const folded = present(await account.findMessage({ ...key, messageId: 'm1' }))
      holds(folded, { id: reply.id, localId: 'l1', seq: 2, status: 'read', sentAt: at(2), readAt: at(5) })
      assert.equal(folded.reactions[0]?.emoji, '❤')
    },
  },
  {
    title: 'moves the read horizon along when a fold closes a hole before it',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(sending('l1'), replied('m1', { occurredAt: at(1) }), said('m2', { occurredAt: at(2) }))
      await account.markRead(key)
      const { conversation } = await write(sent)
      holds(conversation, { lastSeq: 2, readSeq: 2, unreadCount: 0 })
      const next = await write(said('m3', { occurredAt: at(3) }))
      holds(next.conversation, { lastSeq: 3, readSeq: 2, unreadCount: 1 })
    },
  },
  {
    title: 'shows the reply where the folded echo was shown',
    async run({ scene }) {
      const { write } = scene()
      await write(sending('l1', { text: 'from the host' }))
      const shown = await write(replied('m1', { text: 'from the channel', occurredAt: at(1) }))
      assert.equal(shown.conversation?.lastMessagePreview, 'from the channel')
      const { conversation } = await write(sent)
      holds(conversation, { lastMessagePreview: 'from the host', lastMessageAt: at(1), lastSeq: 1 })
    },
  },
  {
    title: 'links by a message that brings both ids',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(sending('l1'))
      const { outcome } = await write(replied('m1', { localId: 'l1', occurredAt: at(2) }))
      assert.equal(outcome, 'unchanged')
      holds(await account.findMessage({ ...key, localId: 'l1' }), { messageId: 'm1', status: 'sent', sentAt: at(2) })
      only(await rows.messages())
      const again = await write(replied('m1', { localId: 'l1', occurredAt: at(2) }))
      assert.equal(again.outcome, 'duplicate')
    },
  },
  {
    title: 'marks a reply that the channel refused, and waits for one that is not there yet',
    async run({ scene }) {
      const first = scene()
      for (const order of permutations([sending('l1'), failed])) {
        const { account, key, write } = first.another()
        for (const part of order) await write(part)
        holds(await account.findMessage({ ...key, localId: 'l1' }), {
          status: 'failed',
          failedAt: at(2),
          error: '$refused',
          messageId: null,
        })
      }
    },
  },
  {
    title: 'does not link an inbound message, nor a reply that has its id already',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(sending('l1'), said('m1'))
      await write(sent)
      assert.equal((await rows.messages()).length, 2)
      holds(await account.findMessage({ ...key, localId: 'l1' }), { messageId: null })
      await write({ ...sent, messageId: 'm2', occurredAt: at(3) })
      await write({ ...sent, messageId: 'm3', occurredAt: at(4) })
      holds(await account.findMessage({ ...key, localId: 'l1' }), { messageId: 'm2' })
    },
  },
])
