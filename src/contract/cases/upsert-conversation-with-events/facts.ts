import assert from 'node:assert/strict'
import { withEvents } from '../../contract-case.js'
import { at, said } from '../../events.js'
import { column, holds, only, present } from '../../expectations.js'

export const factCases = withEvents([
  {
    title: 'adds facts to the conversation there is without changing it',
    async run({ scene }) {
      const { account, write } = scene()
      const before = present((await write(said('m1'))).conversation)
      const payload = { $ref: 'ad-1', list: [1, { 'a.b': null }] }
      const { outcome, events, conversation } = await write(
        { type: 'referral', payload, occurredAt: at(9) },
        { type: 'optin', occurredAt: at(9) },
        { type: 'handover', direction: 'outbound', occurredAt: at(9) },
        { type: 'custom:call', payload: { seconds: 61 }, occurredAt: at(9), sender: { id: 'agent-1', type: 'agent' } },
      )
      assert.equal(outcome, 'unchanged')
      assert.equal(events.length, 4)
      assert.deepEqual(conversation, before)
      const { items } = await account.listEvents({ conversationId: before.id })
      assert.deepEqual(
        items.map(({ type, eventSeq }) => [type, eventSeq]),
        [
          ['message', 1],
          ['referral', 2],
          ['optin', 3],
          ['handover', 4],
          ['custom:call', 5],
        ],
      )
      holds(items[1], { payload, occurredAt: at(9) })
      holds(items[3], { direction: 'outbound' })
      holds(items[4], { payload: { seconds: 61 }, senderId: 'agent-1' })
    },
  },
  {
    title: 'adds a fact to the latest closed conversation without opening it',
    async run({ store, scene }) {
      const { account, key, write, rows } = scene(store({ onClosed: 'reopen' }))
      await write(said('m1'))
      const { conversation: closed } = await account.closeConversation(key)
      const { conversation } = await write({ type: 'referral', payload: { ref: 'x' }, occurredAt: at(1) })
      assert.deepEqual(conversation, closed)
      only(await rows.conversations())
    },
  },
  {
    title: 'numbers events of all calls in one sequence without a hole',
    async run({ scene }) {
      const { write, rows } = scene()
      await write(said('m1'), { type: 'postback', payload: { p: 1 }, occurredAt: at(1) })
      await write({ type: 'reaction', targetMessageId: 'm1', emoji: '❤', occurredAt: at(2) })
      await write({ type: 'receipt', status: 'read', watermark: at(9), occurredAt: at(3) })
      await write(said('m1'), said('m2', { occurredAt: at(4) }))
      assert.deepEqual(column(await rows.events(), 'event_seq'), [1, 2, 3, 4])
      holds(only(await rows.conversations()), { last_event_seq: 4, last_seq: 2, version: 1 })
    },
  },
  {
    title: 'applies the patch of a call whose events open nothing',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(said('m1'))
      const events = [{ type: 'referral' as const, payload: { ref: 'x' }, occurredAt: at(1) }]
      const { outcome, conversation } = await account.upsertConversationWithEvents({ ...key, nickname: 'Lan', events })
      assert.equal(outcome, 'updated')
      holds(conversation, { nickname: 'Lan', version: 1 })
    },
  },
])
