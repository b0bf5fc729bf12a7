import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { holds, only, present } from '../../expectations.js'

const bot = { type: 'bot', id: 'bot-1' } as const
const failed = { type: 'receipt', status: 'failed', messageIds: ['a1'], error: 'gone', occurredAt: at(9) } as const

/** Every order of some things. */
function orders<T>(things: readonly T[]): readonly (readonly T[])[] {
  if (things.length < 2) return [things]
  return things.flatMap((first, index) => orders(things.toSpliced(index, 1)).map((rest) => [first, ...rest]))
}

export const waitingCustomerCases = withEvents([
  {
    title: 'says since when the customer waits: since the first message after the last answer of an agent or a bot',
    async run({ scene }) {
      const { write, rows } = scene()
      const since = async (event: EventInput) => (await write(event)).conversation?.waitingSince
      assert.deepEqual(await since(said('m1', { occurredAt: at(1) })), at(1))
      assert.deepEqual(await since(said('m2', { occurredAt: at(2) })), at(1))
      assert.deepEqual(await since(replied('s1', { occurredAt: at(3), sender: { type: 'system' } })), at(1))
      assert.equal(await since(sending('l1', { occurredAt: at(3) })), null)
      assert.deepEqual(await since(said('m3', { occurredAt: at(4) })), at(4))
      assert.equal(await since(replied('a2', { occurredAt: at(5), sender: bot })), null)
      assert.deepEqual(await since(said('m4', { occurredAt: at(5) })), at(5))
      assert.deepEqual(await since({ type: 'message_delete', targetMessageId: 'm4', occurredAt: at(6) }), at(5))
      assert.deepEqual(await since({ type: 'postback', messageId: 'p1', occurredAt: at(7) }), at(5))
      holds(only(await rows.conversations()), { waiting_since: at(5), last_answer_at: at(5) })
    },
  },
  {
    title: 'lets the customer wait again for an answer that failed, and no longer once it arrived after all',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(replied('a0', { occurredAt: at(0) }), said('m1', { occurredAt: at(1) }), said('m2', { occurredAt: at(2) }))
      const answered = await write(replied('a1', { occurredAt: at(3) }))
      holds(answered.conversation, { waitingSince: null, version: 1 })
      const bounced = await write(failed)
      assert.deepEqual([bounced.outcome, bounced.events], ['updated', [{ outcome: 'applied' }]])
      holds(bounced.conversation, { waitingSince: at(1), version: 2 })
      holds(only(await rows.conversations()), { waiting_since: at(1), last_answer_at: at(0) })
      const delivered = await write({ type: 'receipt', status: 'delivered', messageIds: ['a1'], occurredAt: at(10) })
      assert.equal(delivered.outcome, 'updated')
      holds(delivered.conversation, { waitingSince: null, version: 3 })
      holds(await account.findByOaAndCustomer(key), { waitingSince: null, version: 3 })

      const other = scene()
      await other.write(said('m1', { occurredAt: at(1) }))
      await other.write(sending('l1', { occurredAt: at(2) }))
      const refused = await other.write({ type: 'message_failed', localId: 'l1', error: 'no', occurredAt: at(3) })
      holds(refused.conversation, { waitingSince: at(1), version: 2 })
      const again = await other.write({ type: 'message_sent', localId: 'l1', messageId: 'a1', occurredAt: at(4) })
      holds(again.conversation, { waitingSince: null, version: 3 })
    },
  },
  {
    title: 'lets an answer that comes late answer what was said before it, and no message begin a wait that was over',
    async run({ scene }) {
      const { write, rows } = scene()
      const since = async (...events: EventInput[]) => (await write(...events)).conversation?.waitingSince
      assert.deepEqual(await since(said('m1', { occurredAt: at(1) }), said('m2', { occurredAt: at(9) })), at(1))
      assert.deepEqual(await since(said('m3', { occurredAt: at(6) }), said('m4', { occurredAt: at(5) })), at(1))
      assert.deepEqual(await since(replied('a1', { occurredAt: at(5) })), at(6))
      assert.deepEqual(await since(said('m5', { occurredAt: at(4) })), at(6))
      assert.deepEqual(await since(said('m6', { occurredAt: at(5) })), at(5))
      assert.deepEqual(await since(replied('a2', { occurredAt: at(2) })), at(5))
      assert.deepEqual(await since(replied('a3', { occurredAt: at(5) })), at(6))
      assert.equal(await since(replied('a4', { occurredAt: at(9) })), null)
      holds(only(await rows.conversations()), { waiting_since: null, last_answer_at: at(9) })
    },
  },
  {
    title: 'goes by time and then by arrival among the messages of one call, in any order',
    async run({ scene }) {
      const first = scene()
      const events = [said('m1', { occurredAt: at(1) }), replied('a1', { occurredAt: at(3) }), said('m2', { occurredAt: at(5) })]
      for (const order of orders(events)) {
        const opened = first.another()
        holds((await opened.write(...order)).conversation, { waitingSince: at(5), version: 0 })
        const known = first.another()
        await known.write(said('m0', { occurredAt: at(0) }))
        holds((await known.write(...order)).conversation, { waitingSince: at(5), version: 1 })
        const later = first.another()
        await later.write(said('m0', { occurredAt: at(4) }))
        holds((await later.write(...order)).conversation, { waitingSince: at(4), version: 1 })
        const answered = first.another()
        await answered.write(replied('a0', { occurredAt: at(6) }))
        holds((await answered.write(...order)).conversation, { waitingSince: null, version: 1 })
      }
      const before = first.another()
      holds((await before.write(said('m1'), replied('a1'))).conversation, { waitingSince: null })
      const after = first.another()
      holds((await after.write(replied('a1'), said('m1'))).conversation, { waitingSince: at(0) })
    },
  },
  {
    title: 'ends a wait by the answers of history, and begins none by its questions, unless they come live',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const past = (...events: EventInput[]) => account.upsertConversationWithEvents({ ...key, history: true, markUnread: true, events })
      const opened = await past(said('m1', { occurredAt: at(1) }), said('m2', { occurredAt: at(7) }))
      holds(opened.conversation, { waitingSince: null, unreadCount: 2 })
      holds((await write(said('m3', { occurredAt: at(3) }))).conversation, { waitingSince: at(3) })
      const live = await write(said('m1', { occurredAt: at(1) }))
      holds(live.conversation, { waitingSince: at(1), version: 2 })
      holds((await past(replied('a1', { occurredAt: at(2) }))).conversation, { waitingSince: at(3) })
      holds((await past(replied('a2', { occurredAt: at(4) }))).conversation, { waitingSince: null })
      holds((await write(said('m2', { occurredAt: at(7) }))).conversation, { waitingSince: at(7) })
      holds(only(await rows.conversations()), { waiting_since: at(7), last_answer_at: at(4) })
    },
  },
  {
    title: 'goes by the time of a reply once it is one with its echo',
    async run({ scene }) {
      const { write } = scene()
      await write(said('m1', { occurredAt: at(1) }), sending('l1', { occurredAt: at(2) }))
      await write(said('m2', { occurredAt: at(3) }))
      holds((await write(replied('a1', { occurredAt: at(4) }))).conversation, { waitingSince: null, version: 2 })
      const { conversation, outcome } = await write({ type: 'message_sent', localId: 'l1', messageId: 'a1', occurredAt: at(5) })
      assert.equal(outcome, 'updated')
      holds(conversation, { waitingSince: at(3), version: 3 })
    },
  },
  {
    title: 'ends the same in every order of a question, an answer, its failure, a late question and history',
    async run({ scene }) {
      const first = scene()
      const events: readonly EventInput[] = [
        said('m1', { occurredAt: at(2) }),
        sending('l1', { occurredAt: at(3) }),
        { type: 'message_failed', localId: 'l1', error: 'no', occurredAt: at(4) },
        said('m0', { occurredAt: at(0) }),
        replied('h1', { occurredAt: at(1), history: true }),
      ]
      for (const order of orders(events)) {
        const { account, key, write } = first.another()
        for (const event of order) await write(event)
        const { waitingSince } = present(await account.findByOaAndCustomer(key))
        assert.deepEqual(waitingSince, at(2), order.map(({ type, ...rest }) => `${type} ${JSON.stringify(rest)}`).join(', '))
      }
      for (const row of await first.rows.conversations()) holds(row, { waiting_since: at(2), last_answer_at: at(1) })
    },
  },
  {
    title: 'takes a time that is too far ahead for now in a wait, too',
    async run({ clock, store, scene }) {
      const { write } = scene(store({ clock: clock.now }))
      const ahead = new Date(clock.now().getTime() + 3_600_000)
      holds((await write(said('m1', { occurredAt: ahead }))).conversation, { waitingSince: clock.now() })
      clock.advance(1_000)
      holds((await write(replied('a1', { occurredAt: clock.now() }))).conversation, { waitingSince: null })
    },
  },
])
