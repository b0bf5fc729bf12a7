import assert from 'node:assert/strict'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { column, holds, only, present } from '../../expectations.js'

const past = { history: true } as const

/** What history brings in without anybody being called for. */
export const historyCases = withEvents([
  {
    title: 'opens a conversation without unread for a customer without any, and keeps the times of history',
    async run({ clock, store, scene }) {
      const { account, key, rows } = scene(store({ clock: clock.now }))
      const events = [said('m2', { occurredAt: at(2) }), replied('m3', { occurredAt: at(3) }), said('m1', { occurredAt: at(1) })]
      const { outcome, events: results, conversation } = await account.upsertConversationWithEvents({ ...key, ...past, events })
      assert.equal(outcome, 'created')
      assert.deepEqual(results, [{ outcome: 'stored' }, { outcome: 'stored' }, { outcome: 'stored' }])
      holds(conversation, { status: 'open', version: 0, unreadCount: 0, lastSeq: 3, readSeq: 0, closedAt: null, createdAt: clock.now() })
      holds(conversation, { lastMessageAt: at(3), lastMessagePreview: 'text of m3', lastActivityAt: at(3), lastInboundAt: null })
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { history: true, seq: 3, occurredAt: at(1) })
      holds(await account.findMessage({ ...key, messageId: 'm3' }), { history: true, status: 'sent', sentAt: at(3) })
      assert.deepEqual(column(await rows.messages(), 'is_history'), [true, true, true])
      assert.deepEqual(column(await rows.messages(), 'is_silent'), [true, true, true])
      assert.deepEqual(column(await rows.events(), 'is_history'), [true, true, true])
      const { items } = await account.listEvents({ conversationId: present(conversation).id })
      assert.deepEqual(
        items.map(({ type, history }) => [type, history]),
        [
          ['message', true],
          ['message', true],
          ['message', true],
        ],
      )
    },
  },
  {
    title: 'marks nothing that came live: neither its message nor its event',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const { conversation } = await write(said('m1'), { type: 'postback', payload: { ref: 'x' }, occurredAt: at(1) })
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { history: false })
      holds(only(await rows.messages()), { is_history: null, is_silent: null })
      assert.deepEqual(column(await rows.events(), 'is_history'), [null, null])
      const { items } = await account.listEvents({ conversationId: present(conversation).id })
      for (const { history } of items) assert.equal(history, false)
    },
  },
  {
    title: 'opens a conversation that was closed at its last message, where the host says so',
    async run({ clock, store, scene }) {
      const { account, key, rows } = scene(store({ clock: clock.now, onClosed: { reopenWithin: 60_000 } }))
      const events = [said('m1', { occurredAt: at(4) }), replied('m2', { occurredAt: at(9) }), said('m3', { occurredAt: at(6) })]
      const { outcome, conversation } = await account.upsertConversationWithEvents({ ...key, ...past, opens: 'closed', events })
      assert.equal(outcome, 'created')
      holds(conversation, { status: 'closed', closedAt: at(9), statusChangedAt: at(9), lastActivityAt: at(9), unreadCount: 0, version: 0 })
      holds(conversation, { lastMessagePreview: 'text of m2', lastSeq: 3, windowExpiresAt: null, lastInboundAt: null })
      holds(only(await rows.conversations()), { status: 'closed', closed_at: at(9), read_seq: 0 })
      assert.equal(await account.findByOaAndCustomer(key), null)
      // It was closed long ago, so what comes live opens another one.
      const next = await account.upsertConversationWithEvents({ ...key, events: [said('m4', { occurredAt: at(10) })] })
      assert.equal(next.outcome, 'created')
    },
  },
  {
    title: 'opens an open one all the same where a live message comes with the history',
    async run({ scene }) {
      const { account, key } = scene()
      const events = [said('m1', past), replied('m2', { occurredAt: at(1) })]
      const { conversation } = await account.upsertConversationWithEvents({ ...key, opens: 'closed', events })
      holds(conversation, { status: 'open', closedAt: null, unreadCount: 0, lastSeq: 2 })
    },
  },
  {
    title: 'joins the latest closed conversation and reopens nothing, whatever the policy',
    async run({ clock, store, scene }) {
      for (const onClosed of ['new', 'reopen', { reopenWithin: 1_000_000 }] as const) {
        const { account, key, write, rows } = scene(store({ clock: clock.now, onClosed }))
        const opened = present((await write(said('m1', { occurredAt: at(5) }))).conversation)
        const closed = await account.closeConversation(key)
        clock.advance(1000)
        const events = [said('m0', { occurredAt: at(3) }), said('m2', { occurredAt: at(6) })]
        const { outcome, conversation } = await account.upsertConversationWithEvents({ ...key, ...past, events })
        assert.equal(outcome, 'updated')
        holds(conversation, {
          id: opened.id,
          status: 'closed',
          version: 2,
          lastSeq: 3,
          unreadCount: 1,
          closedAt: closed.conversation.closedAt,
        })
        holds(conversation, { lastInboundAt: at(5), statusChangedAt: closed.conversation.statusChangedAt })
        only(await rows.conversations())
      }
    },
  },
  {
    title: 'joins an active conversation without waking it, and leaves its reply window',
    async run({ clock, store, scene }) {
      const { account, key, rows } = scene(store({ clock: clock.now }))
      const live = [said('m1', { occurredAt: at(5) })]
      await account.upsertConversationWithEvents({ ...key, channel: 'whatsapp', events: live })
      const until = new Date(clock.now().getTime() + 3_600_000)
      const { conversation: asleep } = await account.snoozeConversation({ ...key, until })
      const events = [
        said('m2', { occurredAt: at(7) }),
        { type: 'postback' as const, messageId: 'p1', occurredAt: at(8) },
        { type: 'referral' as const, payload: { ref: 'ad' }, occurredAt: at(8) },
      ]
      const { outcome, conversation } = await account.upsertConversationWithEvents({ ...key, ...past, events })
      assert.equal(outcome, 'updated')
      holds(conversation, { status: 'snoozed', snoozedUntil: until, statusChangedAt: asleep.statusChangedAt, unreadCount: 1, lastSeq: 2 })
      holds(conversation, { lastInboundAt: at(5), windowExpiresAt: asleep.windowExpiresAt, version: 2 })
      holds(only(await rows.conversations()), { status: 'snoozed', last_inbound_at: at(5), unread_count: 1 })
    },
  },
  {
    title: 'never moves the preview or a last time back, and moves them on for what is later',
    async run({ clock, store, scene }) {
      const { account, key, write } = scene(store({ clock: clock.now }))
      await write(said('m5', { occurredAt: at(5) }))
      const older = await account.upsertConversationWithEvents({ ...key, ...past, events: [said('m4', { occurredAt: at(4) })] })
      holds(older.conversation, { lastMessageAt: at(5), lastMessagePreview: 'text of m5', lastActivityAt: at(5), lastSeq: 2, version: 1 })
      const later = await account.upsertConversationWithEvents({ ...key, ...past, events: [replied('m6', { occurredAt: at(6) })] })
      holds(later.conversation, { lastMessageAt: at(6), lastMessagePreview: 'text of m6', lastActivityAt: at(6), lastInboundAt: at(5) })
    },
  },
  {
    title: 'counts history as unread only with `markUnread`, and keeps that through markRead',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(said('m1'))
      await account.upsertConversationWithEvents({ ...key, ...past, events: [said('m2'), said('m3')] })
      const counted = [said('m4'), replied('m5'), said('m6')]
      const { conversation } = await account.upsertConversationWithEvents({ ...key, ...past, markUnread: true, events: counted })
      holds(conversation, { unreadCount: 3, lastSeq: 6, readSeq: 0 })
      holds(await account.findMessage({ ...key, messageId: 'm4' }), { history: true })
      // What is counted anew has to come to the same.
      const marked = async (seq: number) => (await account.markRead({ ...key, seq })).conversation.unreadCount
      assert.deepEqual([await marked(1), await marked(2), await marked(4), await marked(6)], [2, 2, 1, 0])
    },
  },
  {
    title: 'does not move the read horizon',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(said('m1'), said('m2'), said('m3'))
      await account.markRead({ ...key, seq: 2 })
      const { conversation } = await account.upsertConversationWithEvents({ ...key, ...past, events: [said('m0'), replied('r0')] })
      holds(conversation, { readSeq: 2, unreadCount: 1, lastSeq: 5 })
      const { conversation: next } = await write(said('m4'))
      holds(next, { readSeq: 2, unreadCount: 2, lastSeq: 6 })
    },
  },
  {
    title: 'knows what came live before as a duplicate, also a host’s reply and its echo',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(said('m1', { occurredAt: at(1) }), sending('l1', { occurredAt: at(2) }))
      await write({ type: 'message_sent', localId: 'l1', messageId: 'm2', occurredAt: at(2) })
      await account.closeConversation(key)
      const before = [await rows.conversations(), await rows.messages(), await rows.events()]
      const events = [said('m1', { text: 'other', occurredAt: at(9) }), replied('m2', { occurredAt: at(2) })]
      const result = await account.upsertConversationWithEvents({ ...key, ...past, opens: 'closed', nickname: 'Lan', events })
      assert.equal(result.outcome, 'duplicate')
      assert.deepEqual(result.events, [{ outcome: 'duplicate' }, { outcome: 'duplicate' }])
      assert.deepEqual([await rows.conversations(), await rows.messages(), await rows.events()], before)
    },
  },
  {
    title: 'knows history that comes again as a duplicate, and writes what is new of it',
    async run({ scene }) {
      const { account, key, rows } = scene()
      await account.upsertConversationWithEvents({ ...key, ...past, events: [said('m1')] })
      const again = await account.upsertConversationWithEvents({ ...key, ...past, markUnread: true, events: [said('m1')] })
      assert.equal(again.outcome, 'duplicate')
      const mixed = await account.upsertConversationWithEvents({ ...key, ...past, events: [said('m1'), said('m2')] })
      assert.deepEqual(mixed.events, [{ outcome: 'duplicate' }, { outcome: 'stored' }])
      holds(mixed.conversation, { unreadCount: 0, lastSeq: 2, version: 1 })
      assert.equal((await rows.messages()).length, 2)
    },
  },
])
