import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import { withEvents } from '../../contract-case.js'
import { at, replied, said } from '../../events.js'
import { column, holds, only, present, racing, upTo } from '../../expectations.js'

const day = 24 * 60 * 60 * 1000
const most = 1000
const reaction = (targetMessageId: string): EventInput => ({ type: 'reaction', targetMessageId, emoji: '❤', occurredAt: at(1) })
const reactions = (from: number, count: number) => upTo(count).map((index) => reaction(`m${from + index}`))
const waiting = (rows: readonly { readonly [column: string]: unknown }[]) => rows.filter((row) => row.conversation_id === null)

export const waitingLimitCases = withEvents([
  {
    title: 'applies what has waited for 29 days, and drops and counts what has waited for 31',
    async run({ clock, store, scene }) {
      const { account, key, write, rows } = scene(store({ clock: clock.now }))
      await write(reaction('m1'), reaction('m2'))
      clock.advance(29 * day)
      await write(said('m1'))
      const reacted = (await account.findMessage({ ...key, messageId: 'm1' }))?.reactions
      assert.deepEqual(reacted, [{ senderId: 'customer', emoji: '❤', occurredAt: at(1) }])
      clock.advance(2 * day)
      const { conversation } = await write(said('m2'))
      holds(conversation, { version: 1, lastSeq: 2, unreadCount: 2 })
      assert.deepEqual((await account.findMessage({ ...key, messageId: 'm2' }))?.reactions, [])
      assert.deepEqual(waiting(await rows.events()), [])
      holds(only(await rows.contactInboxes()), { dropped_events: 1 })
    },
  },
  {
    title: 'drops what waited too long with any event of its customer, and with no one else’s',
    async run({ clock, store, scene }) {
      const first = scene(store({ clock: clock.now }))
      const other = first.another()
      await first.write(said('m0'), reaction('m1'))
      await other.write(reaction('m1'))
      clock.advance(31 * day)
      await first.write(said('m5'))
      assert.deepEqual(column(waiting(await first.rows.events()), 'contact_inbox_id').length, 1)
      assert.deepEqual(column(await first.rows.contactInboxes(), 'dropped_events'), [0, 1])
      await other.write({ type: 'receipt', status: 'read', messageIds: ['m9'] })
      assert.deepEqual(column(waiting(await first.rows.events()), 'type'), ['receipt'])
      assert.deepEqual(column(await first.rows.contactInboxes(), 'dropped_events'), [1, 1])
    },
  },
  {
    title: 'takes an event that is sent again after its 30 days for a new one',
    async run({ clock, store, scene }) {
      const { account, key, write, rows } = scene(store({ clock: clock.now }))
      await write(reaction('m1'))
      clock.advance(29 * day)
      assert.deepEqual((await write(reaction('m1'))).events, [{ outcome: 'duplicate' }])
      clock.advance(2 * day)
      assert.deepEqual((await write(reaction('m1'))).events, [{ outcome: 'waiting' }])
      holds(only(await rows.contactInboxes()), { dropped_events: 1 })
      clock.advance(29 * day)
      await write(said('m1'))
      assert.equal((await account.findMessage({ ...key, messageId: 'm1' }))?.reactions.length, 1)
    },
  },
  {
    title: 'lists no fact that waited too long in a conversation that is opened without events',
    async run({ clock, store, scene }) {
      const { account, write, open } = scene(store({ clock: clock.now }))
      await write({ type: 'optin', payload: { topic: 'old' } })
      clock.advance(2 * day)
      await write({ type: 'optin', payload: { topic: 'new' } })
      clock.advance(29 * day)
      const { items } = await account.listEvents({ conversationId: (await open()).id })
      assert.deepEqual(
        items.map(({ payload }) => payload),
        [{ topic: 'new' }],
      )
    },
  },
  {
    title: `lets at most ${most} events wait under a customer: the oldest arrival makes room, whatever times the events bring`,
    async run({ clock, store, scene }) {
      const { account, key, write, rows } = scene(store({ clock: clock.now }))
      await write({ ...reaction('m0'), occurredAt: new Date('2200-01-01') })
      clock.advance(1)
      await write(...reactions(0, most - 1))
      assert.equal(waiting(await rows.events()).length, most)
      holds(only(await rows.contactInboxes()), { dropped_events: 0 })
      clock.advance(1)
      assert.deepEqual((await write({ ...reaction('last'), occurredAt: new Date('2020-01-01') })).events, [{ outcome: 'waiting' }])
      assert.equal(waiting(await rows.events()).length, most)
      holds(only(await rows.contactInboxes()), { dropped_events: 1 })
      await write(said('m0'), said('m1'), said('last'))
      const counts = await Promise.all(
        ['m0', 'm1', 'last'].map(async (messageId) => present(await account.findMessage({ ...key, messageId })).reactions.length),
      )
      assert.deepEqual(counts, [0, 1, 1])
      assert.equal(waiting(await rows.events()).length, most - 2)
    },
  },
  {
    title: `keeps to ${most} when one call brings more, and when facts that wait for a conversation are too many`,
    async run({ scene }) {
      const first = scene()
      const { write, rows } = first
      await write(...reactions(0, most + 300))
      assert.equal(waiting(await rows.events()).length, most)
      holds(only(await rows.contactInboxes()), { dropped_events: 300 })
      const other = first.another()
      await other.write(...upTo(most).map((index): EventInput => ({ type: 'custom:seen', payload: { index } })))
      await other.write({ type: 'custom:seen', payload: { index: 0 } }, { type: 'custom:seen', payload: { index: -1 } })
      assert.equal(waiting(await rows.events()).length, 2 * most)
      assert.deepEqual(column(await rows.contactInboxes(), 'dropped_events'), [2, 300])
    },
  },
  {
    title: 'keeps to the bound when 8 callers add to it, and loses none of what they are about',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(...reactions(0, most - 4))
      await racing(8, (index) => write(reaction(`late${index}`)))
      assert.equal(waiting(await rows.events()).length, most)
      holds(only(await rows.contactInboxes()), { dropped_events: 4 })
      await write(...upTo(8).map((index) => said(`late${index}`)))
      for (const index of upTo(8)) {
        assert.equal((await account.findMessage({ ...key, messageId: `late${index}` }))?.reactions.length, 1)
      }
    },
  },
  {
    title: 'finds what concerns a message among many that wait, by either of its ids, and leaves the others',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(said('m0'), ...reactions(0, 200))
      await write({ type: 'message_sent', localId: 'l1', messageId: 'mine' }, { type: 'receipt', status: 'read', messageIds: ['mine'] })
      await write({ type: 'message_failed', localId: 'l2', error: 'no such number' })
      const { conversation } = await write(said('m7'), replied('echo'), {
        type: 'message',
        direction: 'outbound',
        localId: 'l1',
        text: 'hi',
      })
      holds(conversation, { lastSeq: 4, unreadCount: 2 })
      assert.equal((await account.findMessage({ ...key, messageId: 'm7' }))?.reactions.length, 1)
      holds(await account.findMessage({ ...key, messageId: 'mine' }), { localId: 'l1', status: 'read' })
      await write({ type: 'message', direction: 'outbound', localId: 'l2', text: 'hello' })
      holds(await account.findMessage({ ...key, localId: 'l2' }), { status: 'failed', error: 'no such number' })
      assert.equal(waiting(await rows.events()).length, 199)
    },
  },
])
