import assert from 'node:assert/strict'
import { withEvents } from '../contract-case.js'
import { at, replied, said } from '../events.js'
import { holds, only, present, racing, rejects } from '../expectations.js'

const minute = 60_000

export const markReadUpToTimeCases = withEvents([
  {
    title: 'reads up to a time: to just before the first unread message that is later, and counts exactly',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(said('m1', { occurredAt: at(10) }), said('m2', { occurredAt: at(30) }), replied('m3', { occurredAt: at(50) }))
      await write(said('m4', { occurredAt: at(20) }), said('m5', { occurredAt: at(40) }), replied('m6', { occurredAt: at(60) }))
      const steps = [
        [9, 'unchanged', { readSeq: 0, unreadCount: 4, version: 1 }],
        [10, 'updated', { readSeq: 1, unreadCount: 3, version: 2 }],
        // The fourth message was said before the second, but came after it.
        [29, 'unchanged', { readSeq: 1, unreadCount: 3, version: 2 }],
        [30, 'updated', { readSeq: 4, unreadCount: 1, version: 3 }],
        [10, 'unchanged', { readSeq: 4, unreadCount: 1, version: 3 }],
        [40, 'updated', { readSeq: 6, unreadCount: 0, version: 4 }],
        [60, 'unchanged', { readSeq: 6, unreadCount: 0, version: 4 }],
      ] as const
      for (const [minutes, outcome, expected] of steps) {
        const read = await account.markRead({ ...key, upToTime: at(minutes) })
        assert.equal(read.outcome, outcome, `up to minute ${minutes}`)
        holds(read.conversation, expected)
        const { readSeq, unreadCount, version } = expected
        holds(only(await rows.conversations()), { read_seq: readSeq, unread_count: unreadCount, version })
      }
    },
  },
  {
    title: 'reads what came late but was said before, although a later message is read already',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(said('m1', { occurredAt: at(10) }))
      await account.markRead(key)
      await write(said('m2', { occurredAt: at(5) }), said('m3', { occurredAt: at(20) }))
      holds((await account.markRead({ ...key, upToTime: at(7) })).conversation, { readSeq: 2, unreadCount: 1 })
    },
  },
  {
    title: 'takes a message from too far ahead by the time of its storing, as the list does',
    async run({ clock, store, scene }) {
      const { account, key, write } = scene(store({ clock: clock.now }))
      await write(said('m1', { occurredAt: new Date(clock.now().getTime() + 2 * 24 * 60 * minute) }))
      const before = new Date(clock.now().getTime() - 1)
      assert.equal((await account.markRead({ ...key, upToTime: before })).outcome, 'unchanged')
      holds((await account.markRead({ ...key, upToTime: clock.now() })).conversation, { readSeq: 1, unreadCount: 0 })
    },
  },
  {
    title: 'is exact in every answer while 4 readers follow 40 racing messages up to a time',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const answers = [present((await write(said('m0'))).conversation)]
      let isWriting = true
      const reading = racing(4, async (reader) => {
        for (let minutes = reader; isWriting; minutes = (minutes + 3) % 10) {
          answers.push((await account.markRead({ ...key, upToTime: at(minutes) })).conversation)
        }
      })
      await racing(40, async (index) => {
        const details = { occurredAt: at(index % 9) }
        answers.push(present((await write(index % 3 ? said(`m${index}`, details) : replied(`m${index}`, details))).conversation))
      })
      isWriting = false
      await reading
      const { items } = await account.listMessages({ conversationId: answers[0]?.id ?? '' })
      for (const { lastSeq, readSeq, unreadCount, version } of answers) {
        const unread = items.filter(({ direction, seq }) => direction === 'inbound' && seq > readSeq && seq <= lastSeq)
        assert.equal(unreadCount, unread.length, `at version ${version}`)
      }
      const { version, unreadCount } = present(await account.findByOaAndCustomer(key))
      assert.equal(new Set(answers.map((answer) => answer.version)).size, version + 1, 'a version was given twice')
      holds(only(await rows.conversations()), { unread_count: unreadCount, version })
    },
  },
  {
    title: 'refuses a time together with a seq, a time that is none, and a stale version',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(said('m1'))
      const { details } = await rejects(account.markRead({ ...key, seq: 1, upToTime: at(1) }), 'VALIDATION_FAILED')
      assert.deepEqual(
        details.issues.map(({ path }) => path),
        ['upToTime'],
      )
      for (const upToTime of [new Date(Number.NaN), '2024-01-01' as never, 5 as never, { $gt: 0 } as never]) {
        await rejects(account.markRead({ ...key, upToTime }), 'VALIDATION_FAILED')
      }
      await rejects(account.markRead({ ...key, upToTime: at(1), expectedVersion: 3 }), 'VERSION_CONFLICT', { expected: 3, actual: 0 })
      holds(only(await rows.conversations()), { unread_count: 1, read_seq: 0, version: 0 })
    },
  },
])
