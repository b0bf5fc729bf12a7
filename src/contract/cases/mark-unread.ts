import assert from 'node:assert/strict'
import { type CaseList, withEvents } from '../contract-case.js'
import { replied, said } from '../events.js'
import { holds, only, present, racing, rejects } from '../expectations.js'

const withMessages = withEvents([
  {
    title: 'moves the horizon to just before the last inbound message, and adds 1 to the version',
    async run({ clock, store, scene }) {
      const { account, key, write, rows } = scene(store({ clock: clock.now }))
      await write(said('m1'), said('m2'), replied('m3'), replied('m4'))
      const { conversation: before } = await account.markRead(key)
      const now = clock.advance(1_000)
      const { outcome, conversation } = await account.markUnread(key)
      assert.equal(outcome, 'updated')
      assert.deepEqual(conversation, { ...before, unreadCount: 1, readSeq: 1, version: 2, updatedAt: now })
      holds(only(await rows.conversations()), { unread_count: 1, read_seq: 1, version: 2 })
      assert.deepEqual(await account.findByOaAndCustomer(key), conversation)
    },
  },
  {
    title: 'changes nothing where something is unread already, and keeps what was read',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(said('m1'), said('m2'), said('m3'))
      await account.markRead({ ...key, seq: 1 })
      const { outcome, conversation } = await account.markUnread(key)
      assert.equal(outcome, 'unchanged')
      holds(conversation, { unreadCount: 2, readSeq: 1, version: 1 })
      await account.markRead(key)
      await account.markUnread(key)
      assert.equal((await account.markUnread(key)).outcome, 'unchanged')
      holds(only(await rows.conversations()), { unread_count: 1, read_seq: 2, version: 3 })
    },
  },
  {
    title: 'changes nothing where nothing came in',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(replied('m1'), replied('m2'))
      await account.markRead(key)
      const { outcome, conversation } = await account.markUnread(key)
      assert.equal(outcome, 'unchanged')
      holds(conversation, { unreadCount: 0, readSeq: 2, version: 1 })
      holds(only(await rows.conversations()), { unread_count: 0, read_seq: 2, version: 1 })
    },
  },
  {
    title: 'counts what comes after it, and is undone by markRead',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(said('m1'), replied('m2'))
      await account.markRead(key)
      await account.markUnread(key)
      holds((await write(said('m3'))).conversation, { unreadCount: 2, readSeq: 0 })
      holds((await account.markRead({ ...key, seq: 2 })).conversation, { unreadCount: 1, readSeq: 2 })
      holds((await account.markRead(key)).conversation, { unreadCount: 0, readSeq: 3 })
      assert.equal(await account.countConversations({ unread: true }), 0)
      await account.markUnread(key)
      assert.equal(await account.countConversations({ unread: true }), 1)
    },
  },
  {
    title: 'goes to the last inbound message by arrival, whenever it was said',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(said('m1', { occurredAt: new Date('2024-05-02') }), said('m2', { occurredAt: new Date('2024-05-01') }))
      await account.markRead(key)
      holds((await account.markUnread(key)).conversation, { unreadCount: 1, readSeq: 1 })
    },
  },
  {
    title: 'is exact in every answer while 4 callers mark and unmark beside 40 racing messages',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const answers = [present((await write(said('m0'))).conversation)]
      let isWriting = true
      const marking = racing(4, async (caller) => {
        while (isWriting) answers.push((await (caller % 2 ? account.markRead(key) : account.markUnread(key))).conversation)
      })
      await racing(40, async (index) => {
        answers.push(present((await write(index % 3 ? said(`m${index}`) : replied(`m${index}`))).conversation))
      })
      isWriting = false
      await marking
      const { items } = await account.listMessages({ conversationId: answers[0]?.id ?? '' })
      for (const { lastSeq, readSeq, unreadCount, version } of answers) {
        const unread = items.filter(({ direction, seq }) => direction === 'inbound' && seq > readSeq && seq <= lastSeq)
        assert.equal(unreadCount, unread.length, `at version ${version}`)
      }
      const { version, unreadCount, readSeq } = present(await account.findByOaAndCustomer(key))
      assert.equal(new Set(answers.map((answer) => answer.version)).size, version + 1, 'a version was given twice')
      holds(only(await rows.conversations()), { unread_count: unreadCount, read_seq: readSeq, version })
    },
  },
  {
    title: 'changes once for 25 concurrent callers',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(said('m1'), said('m2'))
      await account.markRead(key)
      const results = await racing(25, () => account.markUnread(key))
      assert.equal(results.filter(({ outcome }) => outcome === 'updated').length, 1)
      for (const { conversation } of results) holds(conversation, { readSeq: 1, unreadCount: 1, version: 2 })
      holds(only(await rows.conversations()), { read_seq: 1, unread_count: 1, version: 2 })
    },
  },
  {
    title: 'marks a closed conversation by its id, and refuses a stale version',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const { conversation } = await write(said('m1'))
      const conversationId = present(conversation).id
      await account.markRead(key)
      await account.closeConversation(key)
      await rejects(account.markUnread(key), 'NOT_FOUND')
      await rejects(account.markUnread({ conversationId, expectedVersion: 1 }), 'VERSION_CONFLICT', { expected: 1, actual: 2 })
      holds(only(await rows.conversations()), { unread_count: 0, read_seq: 1 })
      const { conversation: marked } = await account.markUnread({ conversationId, expectedVersion: 2 })
      holds(marked, { status: 'closed', unreadCount: 1, readSeq: 0, version: 3 })
    },
  },
])

export const markUnreadCases: CaseList = [
  ...withMessages,
  {
    title: 'changes nothing where there is no message',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      const before = await open()
      const { outcome, conversation } = await account.markUnread(key)
      assert.equal(outcome, 'unchanged')
      assert.deepEqual(conversation, before)
      holds(only(await rows.conversations()), { version: 0, read_seq: 0, unread_count: 0 })
    },
  },
  {
    title: 'does not find another account’s conversation',
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      const { id } = await theirs.open()
      await rejects(ours.account.markUnread({ conversationId: id }), 'NOT_FOUND')
      await rejects(ours.account.markUnread(ours.key), 'NOT_FOUND')
      await rejects(ours.account.markUnread({ conversationId: 5 as never }), 'VALIDATION_FAILED')
    },
  },
]
