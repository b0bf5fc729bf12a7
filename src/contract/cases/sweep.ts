import assert from 'node:assert/strict'
import type { EventInput } from '../../model/event-inputs.js'
import { withEvents } from '../contract-case.js'
import { at, said } from '../events.js'
import { column, holds, only, racing, rejects, upTo } from '../expectations.js'

const day = 24 * 60 * 60 * 1000
const reaction = (targetMessageId: string): EventInput => ({ type: 'reaction', targetMessageId, emoji: '❤', occurredAt: at(1) })

export const sweepCases = withEvents([
  {
    title: 'removes what has waited for 30 days at this very millisecond, leaves what came later, and counts what it removed',
    async run({ clock, store, scene }) {
      const early = scene(store({ clock: clock.now }))
      const late = early.another()
      const { account, rows } = early
      await early.write(reaction('m1'), { type: 'receipt', status: 'read', messageIds: ['m1'] })
      clock.advance(1)
      await late.write({ type: 'referral', payload: { ref: 'ad' } })
      clock.advance(30 * day - 2)
      assert.deepEqual(await account.sweep(), { expiredEvents: 0, more: false })
      clock.advance(1)
      assert.deepEqual(await account.sweep(), { expiredEvents: 2, more: false })
      assert.deepEqual(column(await rows.events(), 'type'), ['referral'])
      assert.deepEqual(column(await rows.contactInboxes(), 'dropped_events'), [0, 2])
      assert.deepEqual(await account.sweep(), { expiredEvents: 0, more: false })
      assert.deepEqual(column(await rows.contactInboxes(), 'dropped_events'), [0, 2])
    },
  },
  {
    title: 'removes the longest waiting first, at most `limit` of them, and says whether there are more',
    async run({ clock, store, scene }) {
      const first = scene(store({ clock: clock.now }))
      const { account, rows } = first
      for (const index of upTo(5)) {
        await first.another().write(reaction(`m${index}`))
        clock.advance(1)
      }
      clock.advance(31 * day)
      assert.deepEqual(await account.sweep({ limit: 2 }), { expiredEvents: 2, more: true })
      assert.deepEqual(column(await rows.events(), 'target_message_id'), ['m3', 'm4', 'm5'])
      assert.deepEqual(await account.sweep({ limit: 3 }), { expiredEvents: 3, more: false })
      assert.deepEqual(await rows.events(), [])
      assert.deepEqual(column(await rows.contactInboxes(), 'dropped_events'), [1, 1, 1, 1, 1])
    },
  },
  {
    title: 'takes nothing that has found its message, and what it removed is new when it is sent again',
    async run({ clock, store, scene }) {
      const { account, key, write, rows } = scene(store({ clock: clock.now }))
      await write(said('m1'), reaction('m1'), reaction('m2'))
      clock.advance(31 * day)
      assert.deepEqual(await account.sweep(), { expiredEvents: 1, more: false })
      assert.deepEqual(column(await rows.events(), 'target_message_id'), ['m1', null])
      assert.deepEqual((await write(reaction('m2'))).events, [{ outcome: 'waiting' }])
      await write(said('m2'))
      assert.equal((await account.findMessage({ ...key, messageId: 'm2' }))?.reactions.length, 1)
      holds(only(await rows.contactInboxes()), { dropped_events: 1 })
    },
  },
  {
    title: 'removes and counts each once when 10 callers sweep while the messages come',
    async run({ clock, store, scene }) {
      const first = scene(store({ clock: clock.now }))
      const { account, key, rows } = first
      const customers = upTo(6).map(() => first.another())
      for (const each of customers) await each.write(reaction('m1'), reaction('m2'), reaction('m3'))
      clock.advance(31 * day)
      const sweeps = racing(10, () => account.sweep({ limit: 4 }))
      await Promise.all(customers.map((each) => each.write(said('m1'))))
      const swept = (await sweeps).reduce((sum, { expiredEvents }) => sum + expiredEvents, 0)
      assert.ok(swept <= 18)
      await account.sweep()
      assert.deepEqual(
        column(await rows.events(), 'type'),
        upTo(6).map(() => 'message'),
      )
      assert.deepEqual(
        column(await rows.contactInboxes(), 'dropped_events'),
        upTo(6).map(() => 3),
      )
      for (const each of customers)
        assert.deepEqual((await account.findMessage({ ...key, customerId: each.customerId, messageId: 'm1' }))?.reactions, [])
    },
  },
  {
    title: 'goes by the database’s clock where none is injected, whatever time the events bring',
    async run({ clock, store, scene }) {
      const past = scene(store({ clock: clock.now }))
      await past.write({ ...reaction('m1'), occurredAt: new Date('2200-01-01') })
      const now = store().forAccount(past.accountId)
      await now.upsertConversationWithEvents({ ...past.another().key, events: [{ ...reaction('m2'), occurredAt: new Date('2020-01-01') }] })
      assert.deepEqual(await now.sweep(), { expiredEvents: 1, more: false })
      assert.deepEqual(column(await past.rows.events(), 'target_message_id'), ['m2'])
    },
  },
  {
    title: 'removes no other account’s events, and refuses a limit that is none',
    async run({ clock, store, scene }) {
      const ours = scene(store({ clock: clock.now }))
      const theirs = ours.foreign()
      await theirs.write(reaction('m1'))
      clock.advance(31 * day)
      assert.deepEqual(await ours.account.sweep(), { expiredEvents: 0, more: false })
      holds(only(await theirs.rows.events()), { conversation_id: null })
      for (const limit of [0, -1, 5_001, 1.5, '5' as never, { $gt: 0 } as never]) {
        await rejects(theirs.account.sweep({ limit }), 'VALIDATION_FAILED')
      }
    },
  },
])
