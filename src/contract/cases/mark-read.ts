import assert from 'node:assert/strict'
import { type CaseList, withEvents } from '../contract-case.js'
import { at, replied, said } from '../events.js'
import { holds, only, present, racing, rejects, upTo } from '../expectations.js'
import { markReadUpToTimeCases } from './mark-read-up-to-time.js'

const withMessages = withEvents([
  {
    title: 'reads everything, and adds 1 to the version',
    async run({ clock, store, scene }) {
      const { account, key, write, rows } = scene(store({ clock: clock.now }))
      const before = await write(said('m1'), replied('m2'), said('m3', { occurredAt: at(1) }))
      const now = clock.advance(1_000)
      const { outcome, conversation } = await account.markRead(key)
      assert.equal(outcome, 'updated')
      assert.deepEqual(conversation, { ...before.conversation, unreadCount: 0, readSeq: 3, version: 1, updatedAt: now })
      holds(only(await rows.conversations()), { unread_count: 0, read_seq: 3, version: 1 })
    },
  },
  {
    title: 'reads up to a seq and counts the inbound messages past it exactly',
    async run({ scene }) {
      const { account, write, rows } = scene()
      const { conversation } = await write(said('m1'), replied('m2'), said('m3'), replied('m4'), said('m5'))
      const conversationId = conversation?.id ?? ''
      for (const [seq, unreadCount] of [
        [1, 2],
        [2, 2],
        [3, 1],
        [4, 1],
        [5, 0],
      ] as const) {
        const read = await account.markRead({ conversationId, seq })
        holds(read.conversation, { unreadCount, readSeq: seq, version: seq })
        holds(only(await rows.conversations()), { unread_count: unreadCount, read_seq: seq })
      }
    },
  },
  {
    title: 'never moves the horizon back, and takes a seq beyond the last message for all',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(said('m1'), said('m2'), said('m3'))
      await account.markRead({ ...key, seq: 2 })
      const back = await account.markRead({ ...key, seq: 1 })
      assert.equal(back.outcome, 'unchanged')
      holds(back.conversation, { readSeq: 2, unreadCount: 1, version: 1 })
      const beyond = await account.markRead({ ...key, seq: 99 })
      holds(beyond.conversation, { readSeq: 3, unreadCount: 0, version: 2 })
      const next = await write(said('m4'))
      holds(next.conversation, { readSeq: 3, unreadCount: 1 })
    },
  },
  {
    title: 'moves the horizon over outbound messages, and changes nothing the second time',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(replied('m1'))
      holds((await account.markRead(key)).conversation, { readSeq: 1, unreadCount: 0, version: 1 })
      const again = await account.markRead(key)
      assert.equal(again.outcome, 'unchanged')
      assert.equal(again.conversation.version, 1)
    },
  },
  {
    title: 'is exact in every answer while 4 readers follow 40 racing messages',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const answers = [present((await write(said('m0'))).conversation)]
      let isWriting = true
      const reading = racing(4, async (reader) => {
        while (isWriting) {
          const seq = answers.at(-1)?.lastSeq ?? 0
          answers.push((await account.markRead(reader % 2 ? key : { ...key, seq })).conversation)
        }
      })
      await racing(40, async (index) => {
        answers.push(present((await write(index % 3 ? said(`m${index}`) : replied(`m${index}`))).conversation))
      })
      isWriting = false
      await reading
      const { items } = await account.listMessages({ conversationId: answers[0]?.id ?? '' })
      for (const { lastSeq, readSeq, unreadCount, version } of answers) {
        const unread = items.filter(({ direction, seq }) => direction === 'inbound' && seq > readSeq && seq <= lastSeq)
        assert.equal(unreadCount, unread.length, `at version ${version}`)
      }
      const { lastSeq, readSeq, unreadCount, version } = present(await account.findByOaAndCustomer(key))
      assert.equal(lastSeq, 41)
      assert.equal(new Set(answers.map((answer) => answer.version)).size, version + 1, 'a version was given twice')
      holds(only(await rows.conversations()), { last_seq: lastSeq, read_seq: readSeq, unread_count: unreadCount, version })
    },
  },
  {
    title: 'gives each of 25 concurrent readers of one seq each its own version, or none',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(...upTo(25).map((index) => said(`m${index}`)))
      const results = await racing(25, (seq) => account.markRead({ ...key, seq }))
      const updated = results.filter(({ outcome }) => outcome === 'updated')
      holds(only(await rows.conversations()), { read_seq: 25, unread_count: 0, version: updated.length })
      assert.deepEqual(
        updated.map(({ conversation }) => conversation.version).sort((a, b) => a - b),
        upTo(updated.length),
      )
    },
  },
  {
    title: 'reads a closed conversation by its id, and refuses a stale version',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const { conversation } = await write(said('m1'))
      const conversationId = conversation?.id ?? ''
      await account.closeConversation(key)
      await rejects(account.markRead(key), 'NOT_FOUND')
      await rejects(account.markRead({ conversationId, expectedVersion: 0 }), 'VERSION_CONFLICT', { expected: 0, actual: 1 })
      holds(only(await rows.conversations()), { unread_count: 1, read_seq: 0 })
      holds((await account.markRead({ conversationId, expectedVersion: 1 })).conversation, { status: 'closed', unreadCount: 0 })
    },
  },
])

export const markReadCases: CaseList = [
  ...withMessages,
  ...markReadUpToTimeCases,
  {
    title: 'changes nothing where there is no message',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      const before = await open()
      const { outcome, conversation } = await account.markRead(key)
      assert.equal(outcome, 'unchanged')
      assert.deepEqual(conversation, before)
      holds(only(await rows.conversations()), { version: 0, read_seq: 0 })
    },
  },
  {
    title: 'does not find another account’s conversation, and refuses a seq that is none',
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      const { id } = await theirs.open()
      await rejects(ours.account.markRead({ conversationId: id }), 'NOT_FOUND')
      await rejects(ours.account.markRead(ours.key), 'NOT_FOUND')
      for (const seq of [-1, 1.5, Number.NaN, '1' as never, { $gt: 0 } as never]) {
        await rejects(theirs.account.markRead({ conversationId: id, seq }), 'VALIDATION_FAILED')
      }
    },
  },
]
