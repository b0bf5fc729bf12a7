import assert from 'node:assert/strict'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { column, holds, only, present } from '../../expectations.js'

export const messageCases = withEvents([
  {
    title: 'stores a first message with its conversation, contact, contact inbox and event in one step',
    async run({ clock, store, scene }) {
      const { account, accountId, key, rows } = scene(store({ clock: clock.now }))
      const result = await account.upsertConversationWithEvents({ ...key, nickname: 'Lan', events: [said('m1', { text: 'Chào shop' })] })
      assert.equal(result.outcome, 'created')
      assert.deepEqual(result.events, [{ outcome: 'stored' }])
      assert.equal(result.duplicates, 0)
      const conversation = present(result.conversation)
      holds(conversation, { version: 0, nickname: 'Lan', unreadCount: 1, lastSeq: 1, readSeq: 0, lastMessagePreview: 'Chào shop' })
      holds(conversation, { lastMessageAt: at(0), lastInboundAt: at(0), lastActivityAt: at(0), createdAt: clock.now() })
      const contactInbox = only(await rows.contactInboxes())
      const message = only(await rows.messages())
      holds(message, {
        account_id: accountId,
        conversation_id: conversation.id,
        contact_inbox_id: contactInbox.id,
        seq: 1,
        message_id: 'm1',
        local_id: null,
        direction: 'inbound',
        text: 'Chào shop',
        attachments: [],
        status: null,
        occurred_at: at(0),
        sent_at: null,
        created_at: clock.now(),
      })
      holds(only(await rows.events()), { conversation_id: conversation.id, event_seq: 1, type: 'message', message_id: 'm1', payload: null })
      holds(only(await rows.conversations()), { id: conversation.id, version: 0, unread_count: 1, last_seq: 1, last_event_seq: 1 })
      only(await rows.contacts())
    },
  },
  {
    title: 'stores attachments, sender, replyTo and metadata as they were given',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const payload = { $size: 5, 'a.b': [1, '$x'], __proto: null, nested: { width: 640 } }
      const attachments = [
        { type: 'image', url: 'https://cdn.example/$1.png', name: '$name', payload },
        { type: 'location', payload: { lat: 10.5, long: -106.7 } },
      ]
      const details = {
        text: '$5.00 off',
        attachments,
        replyTo: 'm0',
        metadata: { $tag: '$x' },
        sender: { id: 'p9', name: 'Lan', type: 'agent' as const },
      }
      await account.upsertConversationWithEvents({ ...key, events: [replied('m1', details)] })
      const message = present(await account.findMessage({ ...key, messageId: 'm1' }))
      const stored = [
        { type: 'image', url: 'https://cdn.example/$1.png', name: '$name', payload },
        { type: 'location', url: null, name: null, payload: { lat: 10.5, long: -106.7 } },
      ]
      holds(message, {
        text: '$5.00 off',
        attachments: stored,
        replyTo: 'm0',
        metadata: { $tag: '$x' },
        sender: { id: 'p9', type: 'agent', name: 'Lan' },
      })
      holds(only(await rows.messages()), { text: '$5.00 off', attachments: stored, reply_to: 'm0', metadata: { $tag: '$x' } })
    },
  },
  {
    title: 'takes the customer as the sender of an inbound message, and now as its time',
    async run({ clock, store, scene }) {
      const { account, key, customerId, write } = scene(store({ clock: clock.now }))
      await write({ type: 'message', messageId: 'm1' })
      const message = present(await account.findMessage({ ...key, messageId: 'm1' }))
      holds(message, { direction: 'inbound', text: '', sender: { id: customerId, type: 'customer', name: null }, occurredAt: clock.now() })
    },
  },
  {
    title: 'numbers messages from 1 in the order of the call, whatever their times, and facts by eventSeq',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const events = [said('m1', { occurredAt: at(5) }), replied('m2', { occurredAt: at(1) }), said('m3', { occurredAt: at(3) })]
      const { conversation } = await account.upsertConversationWithEvents({ ...key, events })
      holds(conversation, { lastSeq: 3, unreadCount: 2, lastMessageAt: at(5), lastMessagePreview: 'text of m1', lastInboundAt: at(5) })
      const { conversation: next } = await account.upsertConversationWithEvents({ ...key, events: [said('m4', { occurredAt: at(6) })] })
      holds(next, { lastSeq: 4, unreadCount: 3, version: 1, lastMessagePreview: 'text of m4' })
      const messages = await rows.messages()
      assert.deepEqual(column(messages, 'seq'), [1, 2, 3, 4])
      for (const [index, id] of ['m1', 'm2', 'm3', 'm4'].entries())
        holds(
          messages.find((row) => row.message_id === id),
          { seq: index + 1 },
        )
      assert.deepEqual(column(await rows.events(), 'event_seq'), [1, 2, 3, 4])
    },
  },
  {
    title: 'adds exactly 1 to the version for a call, however many messages it brings',
    async run({ scene }) {
      const { account, key, open } = scene()
      await open()
      const events = [said('m1'), said('m2'), replied('m3')]
      const { outcome, conversation } = await account.upsertConversationWithEvents({ ...key, nickname: 'Lan', events })
      assert.equal(outcome, 'updated')
      holds(conversation, { version: 1, nickname: 'Lan', lastSeq: 3 })
    },
  },
  {
    title: 'gives an outbound message a status by what is known: pending without the channel’s id, else sent',
    async run({ scene }) {
      const { account, key, write } = scene()
      const { conversation } = await write(sending('l1'), replied('m2', { occurredAt: at(2) }))
      holds(conversation, { unreadCount: 0, lastInboundAt: null, lastSeq: 2 })
      holds(await account.findMessage({ ...key, localId: 'l1' }), { status: 'pending', messageId: null, sentAt: null })
      holds(await account.findMessage({ ...key, messageId: 'm2' }), { status: 'sent', sentAt: at(2) })
    },
  },
  {
    title: 'removes U+0000 from a text and makes lone surrogates well-formed',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(
        said('m1', { text: 'a\u0000b\ud83dc', attachments: [{ type: 'file', name: 'x\u0000y', payload: { 'k\u0000': '\udc00' } }] }),
      )
      const message = present(await account.findMessage({ ...key, messageId: 'm1' }))
      assert.equal(message.text, 'ab\ufffdc')
      holds(message.attachments[0], { name: 'xy', payload: { k: '\ufffd' } })
      assert.equal(only(await rows.messages()).text, 'ab\ufffdc')
    },
  },
])
