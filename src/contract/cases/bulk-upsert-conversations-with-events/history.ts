import assert from 'node:assert/strict'
import { withEvents } from '../../contract-case.js'
import { at, replied, said } from '../../events.js'
import { holds, only, upTo } from '../../expectations.js'
import { written } from './written.js'

const past = { history: true } as const

export const historyCases = withEvents([
  {
    title: 'imports the history of many customers beside what is live, each item as it is alone',
    async run({ scene }) {
      const first = scene()
      const { account } = first
      const [second, third, fourth] = [first.another(), first.another(), first.another()]
      await second.write(said('m1', { occurredAt: at(5) }))
      await third.write(said('m1'))
      await account.closeConversation(third.key)
      const results = await account.bulkUpsertConversationsWithEvents({
        conversations: [
          { ...first.key, ...past, opens: 'closed', events: [said('h1', { occurredAt: at(1) }), replied('h2', { occurredAt: at(2) })] },
          { ...second.key, ...past, events: [said('h1', { occurredAt: at(1) }), said('m1', { occurredAt: at(5) })] },
          { ...third.key, ...past, events: [said('h1', { occurredAt: at(1) })] },
          { ...fourth.key, events: [said('m1', { occurredAt: at(1) }), said('h1', { ...past, occurredAt: at(0) })] },
        ],
      })
      const items = results.map(written)
      assert.deepEqual(
        items.map(({ outcome }) => outcome),
        ['created', 'updated', 'updated', 'created'],
      )
      holds(items[0]?.conversation, { status: 'closed', closedAt: at(2), unreadCount: 0, lastSeq: 2 })
      holds(items[1]?.conversation, { status: 'open', unreadCount: 1, lastSeq: 2, lastMessagePreview: 'text of m1', lastInboundAt: at(5) })
      holds(items[2]?.conversation, { status: 'closed', unreadCount: 1, lastSeq: 2 })
      holds(items[3]?.conversation, { status: 'open', unreadCount: 1, lastSeq: 2, lastInboundAt: at(1) })
      assert.deepEqual(items[1]?.events, [{ outcome: 'stored' }, { outcome: 'duplicate' }])
    },
  },
  {
    title: 'writes many items of one customer in order: history, what is live, and what comes live',
    async run({ scene }) {
      const { account, key, rows, write } = scene()
      await write(said('m0'))
      const ids = upTo(6)
      const results = await account.bulkUpsertConversationsWithEvents({
        conversations: [
          ...ids.map((n) => ({ ...key, history: n % 2 === 0, events: [said(`m${n}`, { occurredAt: at(n) })] })),
          { ...key, events: [said('m2', { occurredAt: at(2) })] },
          { ...key, ...past, events: [said('m1', { occurredAt: at(1) })] },
        ],
      })
      const items = results.map(written)
      assert.deepEqual(
        items.map(({ events }) => only(events).outcome),
        [...ids.map(() => 'stored'), 'live', 'duplicate'],
      )
      assert.deepEqual(
        items.map(({ conversation }) => conversation?.unreadCount),
        [2, 2, 3, 3, 4, 4, 5, 5],
      )
      holds(await account.findByOaAndCustomer(key), { unreadCount: 5, lastSeq: 7, version: 7, lastInboundAt: at(5), lastMessageAt: at(6) })
      assert.equal((await rows.messages()).length, 7)
    },
  },
])
