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
    title: 'ends in one row in whatever order the reply, its echo and its confirmation come',
    async run({ scene }) {
      const first = scene()
      const parts = [sending('l1', { text: 'hello' }), replied('m1', { text: 'hello', occurredAt: at(2) }), sent]
      for (const order of permutations(parts)) {
        const { account, key, write } = first.another()
        for (const part of order) await write(part)
        const conversation = present(await account.findByOaAndCustomer(key))
        holds(conversation, { unreadCount: 0, lastMessagePreview: 'hello' })
        const message = only((await account.listMessages({ conversationId: conversation.id })).items, 'message')
        holds(message, { localId: 'l1', messageId: 'm1', status: 'sent', text: 'hello' })
        // Only the echo that came before anything told whose echo it is got a number of its own.
        holds(conversation, { lastSeq: order.indexOf(sent) === 2 ? 2 : 1 })
      }
    },
  },
  {
    title: 'folds an echo that came first into the reply’s row, and moves no other message',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(said('m0'), sending('l1', { text: 'hello', occurredAt: at(3) }), said('m2', { occurredAt: at(1) }))
      const reply = present(await account.findMessage({ ...key, localId: 'l1' }))
      await write(replied('m1', { text: 'hello', occurredAt: at(2) }), said('m4', { occurredAt: at(1) }))
      await write({ type: 'reaction', targetMessageId: 'm1', emoji: '❤', occurredAt: at(4) })
      await write({ type: 'receipt', status: 'read', messageIds: ['m1'], occurredAt: at(5) })
      const before = present(await account.findByOaAndCustomer(key))
      const { outcome, conversation } = await write(sent)
      assert.equal(outcome, 'unchanged')
      assert.deepEqual(conversation, before)
      assert.deepEqual(
        (await rows.messages()).map((row) => [row.seq, row.message_id]).sort(),
        [1, 2, 3, 5].map((seq, index) => [seq, ['m0', 'm1', 'm2', 'm4'][index]]),
      )
      const folded = present(await account.findMessage({ ...key, messageId: 'm1' }))
      holds(folded, { id: reply.id, localId: 'l1', seq: 2, status: 'read', sentAt: at(2), readAt: at(5) })
      assert.equal(folded.reactions[0]?.emoji, '❤')
    },
  },
  {
    title: 'gives the seq of a folded echo to nobody again, not even when it was the last',
    async run({ scene }) {
      const { account, write, rows } = scene()
      await write(said('m0'), sending('l1'), replied('m1', { occurredAt: at(1) }))
      holds((await write(sent)).conversation, { lastSeq: 3, unreadCount: 1 })
      const { conversation } = await write(said('m2', { occurredAt: at(3) }))
      holds(conversation, { lastSeq: 4, unreadCount: 2 })
      assert.deepEqual(column(await rows.messages(), 'seq'), [1, 2, 4])
      const conversationId = present(conversation).id
      for (const order of ['oldest', 'newest'] as const) {
        for (const limit of [1, 2, 3]) {
          const seqs: number[] = []
          for await (const { seq } of account.listMessages({ conversationId, order, limit })) seqs.push(seq)
          assert.deepEqual(seqs, order === 'oldest' ? [1, 2, 4] : [4, 2, 1], `${order}, ${limit} a page`)
        }
      }
    },
  },
  {
    title: 'leaves the read horizon where it is when an echo before it folds',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(sending('l1'), replied('m1', { occurredAt: at(1) }), said('m2', { occurredAt: at(2) }))
      await account.markRead(key)
      holds((await write(sent)).conversation, { lastSeq: 3, readSeq: 3, unreadCount: 0 })
      const next = await write(said('m3', { occurredAt: at(3) }))
      holds(next.conversation, { lastSeq: 4, readSeq: 3, unreadCount: 1 })
    },
  },
  {
    title: 'counts unread exactly beside the gap that a fold leaves, also up to the gap itself',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(said('m0'), sending('l1'), replied('m1', { occurredAt: at(1) }), said('m2', { occurredAt: at(2) }))
      await write(sent)
      for (const [seq, unreadCount] of [
        [1, 1],
        [3, 1],
        [4, 0],
      ] as const) {
        holds((await account.markRead({ ...key, seq })).conversation, { readSeq: seq, lastSeq: 4, unreadCount })
      }
    },
  },
  {
    title: 'shows the reply where the folded echo was shown',
    async run({ scene }) {
      const { write } = scene()
      await write(sending('l1', { text: 'from the host' }))
      const shown = await write(replied('m1', { text: 'from the channel', occurredAt: at(1) }))
      assert.equal(shown.conversation?.lastMessagePreview, 'from the channel')
      const { outcome, conversation } = await write(sent)
      assert.equal(outcome, 'updated')
      holds(conversation, { version: 2, lastMessagePreview: 'from the host', lastMessageAt: at(1), lastSeq: 2 })
    },
  },
  {
    title: 'takes an echo out of a later conversation, which then shows its latest message again',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(sending('l1', { text: 'from the host' }))
      await account.closeConversation(key)
      const questions = ['still there?', 'anybody?', 'hello?'].map((text, n) => said(`m${n + 2}`, { text, occurredAt: at(1) }))
      await write(...questions)
      const { conversation: before } = await write(replied('m1', { text: 'from the channel', occurredAt: at(1) }))
      holds(before, { lastMessagePreview: 'from the channel', lastSeq: 4 })
      await write(sent)
      const after = present(await account.findByOaAndCustomer(key))
      holds(after, { id: before?.id, version: present(before).version + 1, lastMessagePreview: 'hello?', lastSeq: 4 })
      holds(only((await rows.conversations()).filter(({ id }) => id !== after.id)), { last_message_preview: 'from the host', last_seq: 1 })
    },
  },
  {
    title: 'shows the last message of the list by time where an echo was taken out, also beside one from too far ahead',
    async run({ clock, store, scene }) {
      const { account, key, write, rows } = scene(store({ clock: clock.now }))
      await write(sending('l1'))
      await account.closeConversation(key)
      await write(said('m2', { occurredAt: new Date(clock.now().getTime() + 2 * 24 * 60 * 60_000) }))
      const now = clock.advance(10 * 60_000)
      await write(said('m3', { occurredAt: now }), replied('m1', { occurredAt: now }))
      await write({ ...sent, occurredAt: now })
      const { id, lastMessagePreview } = present(await account.findByOaAndCustomer(key))
      assert.equal(lastMessagePreview, 'text of m3')
      holds(
        (await rows.conversations()).find((row) => row.id === id),
        { last_message_preview: 'text of m3' },
      )
    },
  },
  {
    title: 'takes an echo out of an earlier conversation, which then has no message and shows none',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const { conversation: first } = await write(replied('m1'))
      await account.closeConversation(key)
      const { conversation: second } = await write(said('m2', { occurredAt: at(1) }), sending('l1', { occurredAt: at(1) }))
      const { outcome, conversation } = await write(sent)
      assert.equal(outcome, 'unchanged')
      assert.deepEqual(conversation, second)
      assert.deepEqual((await account.listMessages({ conversationId: present(first).id })).items, [])
      holds(
        (await rows.conversations()).find(({ id }) => id === first?.id),
        { last_message_preview: null, last_seq: 1, unread_count: 0, version: 2 },
      )
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
