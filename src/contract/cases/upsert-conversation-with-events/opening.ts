import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { column, holds, only, present, rejects } from '../../expectations.js'

const tomorrow = new Date('2100-01-01')

const openingNothing: readonly EventInput[] = [
  { type: 'receipt', status: 'read', messageIds: ['m1'], occurredAt: at(0) },
  { type: 'receipt', status: 'delivered', watermark: at(0), occurredAt: at(0) },
  { type: 'reaction', targetMessageId: 'm1', emoji: '❤', occurredAt: at(0) },
  { type: 'message_edit', targetMessageId: 'm1', text: 'x', occurredAt: at(0) },
  { type: 'message_delete', targetMessageId: 'm1', occurredAt: at(0) },
  { type: 'message_sent', localId: 'l1', messageId: 'm1', occurredAt: at(0) },
  { type: 'message_failed', localId: 'l2', occurredAt: at(0) },
  { type: 'referral', payload: { ref: 'ad' }, occurredAt: at(0) },
  { type: 'optin', occurredAt: at(0) },
  { type: 'handover', occurredAt: at(0) },
  { type: 'custom:call', occurredAt: at(0) },
]

export const openingCases = withEvents([
  {
    title: 'opens nothing for anything but a message or a postback, and makes at most the contact inbox',
    async run({ scene }) {
      for (const event of openingNothing) {
        const { account, key, rows } = scene()
        const result = await account.upsertConversationWithEvents({ ...key, nickname: 'Lan', events: [event] })
        assert.equal(result.conversation, null, event.type)
        assert.equal(result.outcome, 'unchanged', event.type)
        assert.deepEqual(await rows.conversations(), [], event.type)
        assert.deepEqual(await rows.contacts(), [], event.type)
        for (const row of await rows.contactInboxes()) assert.equal(row.contact_id, null, event.type)
        for (const row of await rows.events()) holds(row, { conversation_id: null, event_seq: null })
        assert.equal(await account.findByOaAndCustomer({ ...key, status: 'any' }), null)
      }
    },
  },
  {
    title: 'opens for a postback, which is no message: no seq, no unread, no preview',
    async run({ scene }) {
      const { write, rows } = scene()
      const result = await write({ type: 'postback', messageId: 'p1', payload: { payload: '$START', 'a.b': 1 }, occurredAt: at(3) })
      assert.equal(result.outcome, 'created')
      holds(result.conversation, { lastSeq: 0, unreadCount: 0, lastMessageAt: null, lastMessagePreview: null })
      holds(result.conversation, { lastInboundAt: at(3), lastActivityAt: at(3) })
      assert.deepEqual(await rows.messages(), [])
      holds(only(await rows.events()), { type: 'postback', message_id: 'p1', payload: { payload: '$START', 'a.b': 1 }, event_seq: 1 })
    },
  },
  {
    title: 'follows the policy of a closed conversation for an inbound message and for a postback',
    async run({ clock, store, scene }) {
      const { account, key, write, rows } = scene(store({ clock: clock.now, onClosed: { reopenWithin: 500 } }))
      const first = present((await write(said('m1'))).conversation)
      await account.closeConversation(key)
      clock.advance(500)
      const reopened = await write(said('m2'))
      assert.equal(reopened.outcome, 'reopened')
      holds(reopened.conversation, { id: first.id, status: 'open', closedAt: null, statusChangedAt: clock.now(), lastSeq: 2, version: 2 })
      await account.closeConversation(key)
      clock.advance(501)
      const created = await write({ type: 'postback', messageId: 'p1', occurredAt: at(9) })
      assert.equal(created.outcome, 'created')
      assert.deepEqual(column(await rows.conversations(), 'status'), ['closed', 'open'])
    },
  },
  {
    title: 'lets an outbound message join the latest closed conversation without reopening it',
    async run({ store, scene }) {
      const { account, key, write, rows } = scene(store({ onClosed: 'reopen' }))
      const first = present((await write(said('m1'))).conversation)
      await account.closeConversation(key)
      const { outcome, conversation } = await write(replied('m2', { occurredAt: at(1) }), sending('l1', { occurredAt: at(2) }))
      assert.equal(outcome, 'updated')
      holds(conversation, { id: first.id, status: 'closed', lastSeq: 3, unreadCount: 1, version: 2, lastMessageAt: at(2) })
      only(await rows.conversations())
    },
  },
  {
    title: 'opens a conversation for an outbound message where there is none at all',
    async run({ scene }) {
      const { write, rows } = scene()
      const { outcome, conversation } = await write(replied('m1'))
      assert.equal(outcome, 'created')
      holds(conversation, { unreadCount: 0, lastSeq: 1, lastInboundAt: null, windowExpiresAt: null })
      only(await rows.contacts())
    },
  },
  {
    title: 'takes a call with one inbound message among outbound ones for inbound',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(said('m1'))
      await account.closeConversation(key)
      const { outcome, conversation } = await write(replied('m2'), said('m3'))
      assert.equal(outcome, 'created')
      holds(conversation, { lastSeq: 2, unreadCount: 1 })
    },
  },
  {
    title: 'wakes a snoozed conversation for an inbound message or a postback, for nothing else',
    async run({ clock, store, scene }) {
      const { account, key, write } = scene(store({ clock: clock.now }))
      await write(replied('m1'))
      await account.snoozeConversation({ ...key, until: tomorrow })
      const asleep = await write(replied('m2'), { type: 'referral', payload: { ref: 'x' }, occurredAt: at(1) })
      holds(asleep.conversation, { status: 'snoozed', snoozedUntil: tomorrow })
      const now = clock.advance(1_000)
      const awake = await write(said('m3'))
      assert.equal(awake.outcome, 'updated')
      holds(awake.conversation, { status: 'open', snoozedUntil: null, statusChangedAt: now, version: 3 })
      await account.snoozeConversation({ ...key, until: tomorrow })
      const again = await write({ type: 'postback', messageId: 'p1', occurredAt: at(2) })
      holds(again.conversation, { status: 'open', snoozedUntil: null })
    },
  },
  {
    title: 'checks expectedVersion as an upsert without events does, and stores no message when it fails',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(said('m1'))
      const before = await rows.conversations()
      const refused = { ...key, events: [said('m2')] }
      await rejects(account.upsertConversationWithEvents({ ...refused, expectedVersion: 4 }), 'VERSION_CONFLICT', {
        expected: 4,
        actual: 0,
      })
      await rejects(account.upsertConversationWithEvents({ ...refused, expectedVersion: 'absent' }), 'VERSION_CONFLICT', { actual: 0 })
      assert.deepEqual(await rows.conversations(), before)
      assert.equal((await rows.messages()).length, 1)
      const written = await account.upsertConversationWithEvents({ ...refused, expectedVersion: 0 })
      holds(written.conversation, { version: 1, lastSeq: 2 })
    },
  },
])
