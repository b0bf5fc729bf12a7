import assert from 'node:assert/strict'
import { withEvents } from '../../contract-case.js'
import type { ContractContext } from '../../contract-context.js'
import { at, replied, said, sending } from '../../events.js'
import { column, holds, only, present, racing } from '../../expectations.js'

const past = { history: true } as const
const hourMs = 3_600_000

/** A sync that was a second faster than the webhook: history brought the message, and then it comes live. */
export const historyLiveCases = withEvents([
  {
    title: 'turns a message of history live once: it counts, opens the reply window and leaves an event',
    async run({ clock, store, scene }) {
      const { account, key, rows } = scene(store({ clock: clock.now }))
      await account.upsertConversationWithEvents({ ...key, ...past, channel: 'whatsapp', events: [said('m1'), said('m2')] })
      const first = await account.upsertConversationWithEvents({ ...key, events: [said('m2')] })
      assert.equal(first.outcome, 'updated')
      assert.deepEqual(first.events, [{ outcome: 'live' }])
      assert.equal(first.duplicates, 0)
      holds(first.conversation, { unreadCount: 1, lastSeq: 2, version: 1, lastInboundAt: at(0), windowExpiresAt: at(24 * 60) })
      holds(await account.findMessage({ ...key, messageId: 'm2' }), { history: false, seq: 2 })
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { history: true, seq: 1 })
      const { items } = await account.listEvents({ conversationId: present(first.conversation).id })
      assert.deepEqual(
        items.map(({ type, messageId, targetMessageId, eventSeq, history }) => [type, messageId ?? targetMessageId, eventSeq, history]),
        [
          ['message', 'm1', 1, true],
          ['message', 'm2', 2, true],
          ['message_live', 'm2', 3, false],
        ],
      )
      const before = [await rows.conversations(), await rows.messages(), await rows.events()]
      for (const history of [false, true]) {
        const again = await account.upsertConversationWithEvents({ ...key, history, events: [said('m2', { occurredAt: at(9) })] })
        assert.equal(again.outcome, 'duplicate')
        assert.deepEqual(again.events, [{ outcome: 'duplicate' }])
      }
      assert.deepEqual([await rows.conversations(), await rows.messages(), await rows.events()], before)
    },
  },
  {
    title: 'tells who sent a message that comes live as what came live says, whatever history said of its direction',
    async run({ scene }) {
      const { account, key, customerId } = scene()
      await account.upsertConversationWithEvents({ ...key, ...past, events: [replied('m1'), said('m2')] })
      const { conversation } = await account.upsertConversationWithEvents({ ...key, events: [said('m1'), replied('m2')] })
      const { items } = await account.listEvents({ conversationId: present(conversation).id })
      const live = items.filter(({ type }) => type === 'message_live')
      assert.deepEqual(
        live.map(({ targetMessageId, direction, senderId }) => [targetMessageId, direction, senderId]),
        [
          ['m1', 'outbound', customerId],
          ['m2', 'inbound', null],
        ],
      )
    },
  },
  {
    title: 'takes a live message that history brought as news: its patch counts, and its expected version',
    async run({ scene }) {
      const { account, key } = scene()
      await account.upsertConversationWithEvents({ ...key, ...past, events: [said('m1')] })
      const live = { ...key, expectedVersion: 0, nickname: 'Lan', events: [said('m1'), said('m2', { occurredAt: at(1) })] }
      const result = await account.upsertConversationWithEvents(live)
      assert.deepEqual(result.events, [{ outcome: 'live' }, { outcome: 'stored' }])
      holds(result.conversation, { version: 1, nickname: 'Lan', unreadCount: 2, lastSeq: 2 })
      const again = await account.upsertConversationWithEvents(live)
      assert.equal(again.outcome, 'duplicate')
    },
  },
  {
    title: 'counts a message that comes live only past the read horizon, and only once',
    async run({ scene }) {
      const { account, key, write } = scene()
      await account.upsertConversationWithEvents({ ...key, ...past, events: [said('m1'), said('m2')] })
      await account.markRead({ ...key, seq: 1 })
      holds((await write(said('m1'))).conversation, { unreadCount: 0, readSeq: 1 })
      holds((await write(said('m2'))).conversation, { unreadCount: 1, readSeq: 1 })
      // One that counted as history already does not count again.
      await account.upsertConversationWithEvents({ ...key, ...past, markUnread: true, events: [said('m3')] })
      const { events, conversation } = await write(said('m3'))
      assert.deepEqual(events, [{ outcome: 'live' }])
      holds(conversation, { unreadCount: 2, lastSeq: 3 })
      holds((await account.markRead({ ...key, seq: 2 })).conversation, { unreadCount: 1 })
    },
  },
  {
    title: 'wakes a snoozed conversation for a message that comes live',
    async run({ clock, store, scene }) {
      const { account, key, write } = scene(store({ clock: clock.now }))
      await account.upsertConversationWithEvents({ ...key, ...past, events: [said('m1')] })
      await account.snoozeConversation({ ...key, until: new Date(clock.now().getTime() + hourMs) })
      clock.advance(1000)
      const { outcome, conversation } = await write(said('m1'))
      assert.equal(outcome, 'updated')
      holds(conversation, { status: 'open', snoozedUntil: null, statusChangedAt: clock.now(), unreadCount: 1, version: 2 })
    },
  },
  {
    title: 'reopens the closed conversation of a message that comes live, where the policy says so',
    async run({ clock, store, scene }) {
      const { account, key, write, rows } = scene(store({ clock: clock.now, onClosed: 'reopen' }))
      await account.upsertConversationWithEvents({ ...key, ...past, opens: 'closed', events: [said('m1')] })
      const { outcome, events, conversation } = await write(said('m1'))
      assert.equal(outcome, 'reopened')
      assert.deepEqual(events, [{ outcome: 'live' }])
      holds(conversation, { status: 'open', closedAt: null, unreadCount: 1, version: 1, lastInboundAt: at(0) })
      only(await rows.conversations())
    },
  },
  {
    title: 'opens a new conversation for it under the policy `new`, and leaves the message with its seq where it is',
    async run(context) {
      const { account, key, old, write, rows } = await closedHistory(context)
      const { outcome, events, conversation } = await write(said('m1', { occurredAt: at(3) }))
      assert.equal(outcome, 'created')
      assert.deepEqual(events, [{ outcome: 'live' }])
      holds(conversation, { status: 'open', version: 0, lastSeq: 0, unreadCount: 0, lastMessageAt: null, lastInboundAt: at(3) })
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { conversationId: old.id, seq: 1, history: false })
      holds(await account.findConversation({ conversationId: old.id }), { status: 'closed', unreadCount: 1, version: 1, lastSeq: 1 })
      const { items } = await account.listEvents({ conversationId: old.id })
      assert.deepEqual(
        items.map(({ type }) => type),
        ['message', 'message_live'],
      )
      assert.equal((await rows.conversations()).length, 2)
      assert.equal((await write(said('m1', { occurredAt: at(3) }))).outcome, 'duplicate')
    },
  },
  {
    title: 'wakes the active conversation for a message that comes live in a closed one',
    async run(context) {
      const { account, key, old, write } = await closedHistory(context)
      const active = present((await write(said('m2', { occurredAt: at(1) }))).conversation)
      await account.snoozeConversation({ ...key, until: new Date(Date.UTC(2100, 0, 1)) })
      const { outcome, conversation } = await write(said('m1', { occurredAt: at(3) }))
      assert.equal(outcome, 'updated')
      holds(conversation, { id: active.id, status: 'open', version: 2, unreadCount: 1, lastInboundAt: at(3), lastActivityAt: at(3) })
      holds(await account.findConversation({ conversationId: old.id }), { status: 'closed', unreadCount: 1, version: 1 })
    },
  },
  {
    title: 'turns a reply of history live without waking anybody',
    async run({ clock, store, scene }) {
      const { account, key, write, rows } = scene(store({ clock: clock.now, onClosed: 'reopen' }))
      const brought = [replied('m1'), sending('l1', { occurredAt: at(1) })]
      await account.upsertConversationWithEvents({ ...key, ...past, opens: 'closed', events: brought })
      const { outcome, events, conversation } = await write(replied('m1'), sending('l1', { occurredAt: at(1) }))
      assert.equal(outcome, 'unchanged')
      assert.deepEqual(events, [{ outcome: 'live' }, { outcome: 'live' }])
      holds(conversation, { status: 'closed', version: 0, unreadCount: 0 })
      assert.deepEqual(column(await rows.messages(), 'is_history'), [null, null])
      assert.deepEqual(column(await rows.events(), 'type'), ['message', 'message', 'message_live', 'message_live'])
    },
  },
  {
    title: 'lets one of many copies turn a message live, whatever their times',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await account.upsertConversationWithEvents({ ...key, ...past, events: [said('m1')] })
      const results = await racing(30, (n) => write(said('m1', { occurredAt: at(n) })))
      const outcomes = results.map(({ events }) => only(events).outcome).sort()
      assert.deepEqual(outcomes, [...Array.from({ length: 29 }, () => 'duplicate'), 'live'])
      holds(await account.findByOaAndCustomer(key), { unreadCount: 1, version: 1, lastSeq: 1 })
      assert.deepEqual(column(await rows.events(), 'type'), ['message', 'message_live'])
    },
  },
  {
    title: 'stores a message once, live and counted, when history and the webhook bring it at the same time',
    async run({ scene }) {
      for (let round = 0; round < 5; round++) {
        const { account, key, write, rows } = scene()
        await account.upsertConversation(key)
        await racing(10, async (n) => {
          if (n % 2 === 0) await write(said('m1'))
          else await account.upsertConversationWithEvents({ ...key, ...past, events: [said('m1')] })
        })
        holds(await account.findByOaAndCustomer(key), { unreadCount: 1, lastSeq: 1 })
        holds(only(await rows.messages()), { is_history: null, is_silent: null, seq: 1 })
      }
    },
  },
  {
    title: 'knows a postback of history as a duplicate when it comes live',
    async run({ scene }) {
      const { account, key, write } = scene()
      const postback = { type: 'postback' as const, messageId: 'p1', occurredAt: at(1) }
      await account.upsertConversationWithEvents({ ...key, ...past, events: [said('m1'), postback] })
      const { outcome, conversation } = await write(postback)
      assert.equal(outcome, 'duplicate')
      holds(conversation, { lastInboundAt: null, version: 0 })
    },
  },
])

/** A customer whose only conversation is closed, and has one message of history. The policy is `new`. */
async function closedHistory({ clock, store, scene }: ContractContext) {
  const made = scene(store({ clock: clock.now, onClosed: 'new' }))
  const { account, key } = made
  const { conversation } = await account.upsertConversationWithEvents({ ...key, ...past, opens: 'closed', events: [said('m1')] })
  clock.advance(hourMs)
  return { ...made, old: present(conversation) }
}
