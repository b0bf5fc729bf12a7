import assert from 'node:assert/strict'
import { withEvents } from '../../contract-case.js'
import { at, said } from '../../events.js'

export const dedupeKeyCases = withEvents([
  {
    title: 'takes two postbacks in one millisecond for two, and the same one twice for one',
    async run({ scene }) {
      const { write, rows } = scene()
      const yes = { type: 'postback' as const, payload: { answer: 'yes', nested: { a: 1, b: [2] } }, occurredAt: at(0) }
      const no = { ...yes, payload: { answer: 'no' } }
      const first = await write(yes, no)
      assert.deepEqual(first.events, [{ outcome: 'stored' }, { outcome: 'stored' }])
      const reordered = { ...yes, payload: { nested: { b: [2], a: 1 }, answer: 'yes' } }
      const again = await write(reordered, no)
      assert.equal(again.outcome, 'duplicate')
      assert.equal(again.duplicates, 2)
      const later = await write({ ...yes, occurredAt: at(1) })
      assert.deepEqual(later.events, [{ outcome: 'stored' }])
      assert.equal((await rows.events()).length, 3)
    },
  },
  {
    title: 'knows an event by its eventId, whatever else it says',
    async run({ scene }) {
      const { write, rows } = scene()
      await write(said('m1'), { type: 'referral', eventId: 'e1', payload: { ref: 'a' }, occurredAt: at(0) })
      const again = await write({ type: 'referral', eventId: 'e1', payload: { ref: 'b' }, occurredAt: at(9) })
      assert.equal(again.outcome, 'duplicate')
      const another = await write({ type: 'referral', eventId: 'e2', payload: { ref: 'a' }, occurredAt: at(0) })
      assert.deepEqual(another.events, [{ outcome: 'stored' }])
      assert.equal((await rows.events()).length, 3)
    },
  },
  {
    title: 'knows a fact by its message id alone, whatever else has its eventId',
    async run({ scene }) {
      const { write, rows } = scene()
      const postback = { type: 'postback' as const, messageId: 'p1', eventId: 'e1', occurredAt: at(0) }
      const reaction = { type: 'reaction' as const, targetMessageId: 'm9', emoji: '❤', eventId: 'e1', occurredAt: at(0) }
      assert.deepEqual((await write(postback, reaction)).events, [{ outcome: 'stored' }, { outcome: 'waiting' }])
      assert.deepEqual((await write(reaction, postback)).events, [{ outcome: 'duplicate' }, { outcome: 'duplicate' }])
      assert.equal((await rows.events()).length, 2)
    },
  },
  {
    title: 'does not take an edit for a duplicate of its message, nor a second edit for the first',
    async run({ scene }) {
      const { write } = scene()
      await write(said('m1'))
      const edit = { type: 'message_edit' as const, targetMessageId: 'm1', text: 'better', occurredAt: at(1) }
      assert.deepEqual((await write(edit)).events, [{ outcome: 'stored' }])
      assert.deepEqual((await write(edit)).events, [{ outcome: 'duplicate' }])
      assert.deepEqual((await write({ ...edit, text: 'best', occurredAt: at(2) })).events, [{ outcome: 'stored' }])
    },
  },
])
