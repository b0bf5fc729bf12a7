import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { at, replied, said } from '../../events.js'
import { column, holds, only, present, racing } from '../../expectations.js'
import { twoThreads } from './two-threads.js'

const byTime = ['m1', 'n1', 'm2', 'n2', 'm3', 'n3', 'm4']
const bySeq = ['m1', 'm2', 'm3', 'm4', 'n1', 'n2', 'n3']

export const countCases: CaseList = [
  {
    title: 'makes one thread of two, in which no message changes its number and no row moves',
    async run({ clock, store, scene }) {
      const here = scene(store({ clock: clock.now }))
      const { account, rows } = here
      const { keptId, lostId, merge, listed } = await twoThreads(here)
      const before = await account.listMessages({ conversationId: keptId, by: 'seq' })
      const stored = await rows.messages()
      const now = clock.advance(1_000)
      const { outcome, mergeId, conversation } = await merge()
      assert.equal(outcome, 'merged')
      assert.notEqual(mergeId, '')
      holds(conversation, { id: keptId, customerId: here.customerId, version: 1, updatedAt: now, lastSeq: 7, unreadCount: 5 })
      holds(conversation, { lastMessageAt: at(7), lastMessagePreview: 'text of m4', lastActivityAt: at(7), lastInboundAt: at(7) })
      assert.deepEqual(await account.findConversation({ conversationId: keptId }), conversation)
      assert.deepEqual(await rows.messages(), stored, 'a merge moves no row')
      holds(only(await rows.conversations()), { id: keptId, last_seq: 7, unread_count: 5, version: 1 })

      for (const order of ['oldest', 'newest'] as const) {
        for (const limit of [1, 2, 3, 50]) {
          const turned = (ids: readonly string[]) => (order === 'oldest' ? ids : ids.toReversed())
          assert.deepEqual(await listed(keptId, { order, limit }), turned(byTime))
          assert.deepEqual(await listed(keptId, { order, limit, by: 'seq' }), turned(bySeq))
        }
      }
      const { items } = await account.listMessages({ conversationId: keptId, by: 'seq' })
      assert.deepEqual(items.slice(0, 4), before.items)
      assert.deepEqual(
        items.map(({ seq }) => seq),
        [1, 2, 3, 4, 5, 6, 7],
      )
      for (const message of items) {
        assert.equal(message.conversationId, keptId)
        assert.deepEqual(await account.findMessage({ id: message.id }), message)
      }
      const ofOther = items.find(({ messageId }) => messageId === 'n2')
      const key = { oaId: here.oaId, customerId: present(await account.findConversation({ conversationId: lostId })).customerId }
      assert.equal(await account.findMessage({ ...key, messageId: 'n2' }), null, 'a merge links no customers')
      assert.equal(ofOther?.seq, 6)
    },
  },
  {
    title: 'lists the events of both, and a reader of either goes on without missing one',
    async run({ scene }) {
      const here = scene()
      const { account, write, rows } = here
      const { keptId, lostId, merge } = await twoThreads(here)
      await merge()
      await write(said('m5', { occurredAt: at(8) }))
      const { items } = await account.listEvents({ conversationId: keptId })
      assert.deepEqual(
        items.map(({ messageId }) => messageId),
        [...bySeq, 'm5'],
      )
      assert.deepEqual(
        items.map(({ eventSeq }) => eventSeq),
        [1, 2, 3, 4, 5, 6, 7, 8],
      )
      for (const event of items) assert.equal(event.conversationId, keptId)
      const after = async (conversationId: string, afterEventSeq: number) =>
        (await account.listEvents({ conversationId, afterEventSeq })).items.map(({ messageId }) => messageId)
      assert.deepEqual(await after(keptId, 4), ['n1', 'n2', 'n3', 'm5'])
      assert.deepEqual(await after(lostId, 1), ['n2', 'n3', 'm5'])
      const walked: (string | null)[] = []
      for await (const { messageId } of account.listEvents({ conversationId: keptId, limit: 3 })) walked.push(messageId)
      assert.deepEqual(walked, [...bySeq, 'm5'])
      assert.equal((await rows.events()).length, 8)
    },
  },
  {
    title: 'keeps what was read of each, and reads on in both by one number',
    async run({ scene }) {
      const here = scene()
      const { account, key, rows } = here
      const { keptId, lostId, merge, other } = await twoThreads(here)
      await account.markRead({ ...key, seq: 3 })
      await account.markRead({ ...other.key, seq: 1 })
      holds((await merge()).conversation, { unreadCount: 2, readSeq: 3, lastSeq: 7, version: 2 })
      const unread = async () => only(await rows.conversations()).unread_count
      holds((await account.markRead({ conversationId: keptId, seq: 5 })).conversation, { unreadCount: 1, readSeq: 5 })
      holds(await account.markRead({ conversationId: keptId, seq: 5 }), { outcome: 'unchanged' })
      assert.equal(await unread(), 1)
      holds((await account.markRead({ conversationId: keptId, seq: 6 })).conversation, { unreadCount: 0, readSeq: 6 })
      holds((await account.markUnread(key)).conversation, { unreadCount: 1, readSeq: 6 })
      holds(await account.markUnread(key), { outcome: 'unchanged' })
      const { conversation } = await account.markRead({ conversationId: lostId, seq: 2 })
      holds(conversation, { unreadCount: 0, redirectedFrom: lostId, id: keptId })
      await account.markUnread(key)
      holds((await account.markRead(key)).conversation, { unreadCount: 0, readSeq: 7 })
      holds(await account.markRead(key), { outcome: 'unchanged' })
      assert.equal(await unread(), 0)
      assert.equal(await account.countConversations({ unread: true }), 0)
    },
  },
  {
    title: 'reads one part alone by a number of the lost conversation',
    async run({ scene }) {
      const here = scene()
      const { account } = here
      const { keptId, lostId, merge } = await twoThreads(here)
      await merge()
      holds((await account.markRead({ conversationId: lostId, seq: 1 })).conversation, { unreadCount: 4, readSeq: 0 })
      holds((await account.markRead({ conversationId: lostId, seq: 99 })).conversation, { unreadCount: 3, readSeq: 0 })
      holds((await account.markRead({ conversationId: keptId, seq: 1 })).conversation, { unreadCount: 2, readSeq: 1 })
      holds((await account.markRead({ conversationId: lostId })).conversation, { unreadCount: 0, readSeq: 7 })
    },
  },
  {
    title: 'reads both up to a time',
    async run({ scene }) {
      const here = scene()
      const { account, key } = here
      const { merge } = await twoThreads(here)
      await merge()
      holds((await account.markRead({ ...key, upToTime: at(2) })).conversation, { unreadCount: 3, readSeq: 2 })
      holds((await account.markRead({ ...key, upToTime: at(4) })).conversation, { unreadCount: 2, readSeq: 2 })
      holds((await account.markRead({ ...key, upToTime: at(9) })).conversation, { unreadCount: 0, readSeq: 7 })
    },
  },
  {
    title: 'counts what comes after it, and takes the newer preview',
    async run({ scene }) {
      const here = scene()
      const { write } = here
      const { keptId, merge, listed, writeAsLost } = await twoThreads(here)
      await writeAsLost(said('n4', { occurredAt: at(9) }))
      const { conversation: merged } = await merge()
      holds(merged, { lastMessageAt: at(9), lastMessagePreview: 'text of n4', unreadCount: 6, lastSeq: 8 })
      assert.deepEqual(await here.account.findConversation({ conversationId: keptId }), merged)
      const { conversation } = await write(said('m5', { occurredAt: at(10) }), replied('m6', { occurredAt: at(11) }))
      holds(conversation, { id: keptId, lastSeq: 10, unreadCount: 7, version: 2, lastMessagePreview: 'text of m6' })
      assert.deepEqual(await listed(keptId, { by: 'seq', afterSeq: 8 }), ['m5', 'm6'])
      assert.deepEqual(await listed(keptId, { limit: 2 }), [...byTime, 'n4', 'm5', 'm6'])
    },
  },
  {
    title: 'loses and doubles nothing beside 30 racing messages of both, and is made once by 8 callers',
    async run({ scene }) {
      const here = scene()
      const { account, write, key, rows } = here
      const { keptId, lostId, writeAsLost } = await twoThreads(here)
      const merging = racing(8, async () => {
        return account.mergeConversations({ keep: { conversationId: keptId }, lose: { conversationId: lostId } })
      })
      await racing(30, (index) => (index % 2 ? write(said(`m${index + 10}`)) : writeAsLost(said(`n${index + 10}`))))
      const results = await merging
      assert.equal(results.filter(({ outcome }) => outcome === 'merged').length, 1)
      assert.equal(new Set(results.map(({ mergeId }) => mergeId)).size, 1)
      const { items } = await account.listMessages({ conversationId: keptId, by: 'seq', limit: 100 })
      const { unreadCount, lastSeq } = present(await account.findByOaAndCustomer(key))
      assert.equal(unreadCount, items.filter(({ direction }) => direction === 'inbound').length)
      assert.deepEqual(
        items.map(({ seq }) => seq),
        Array.from({ length: lastSeq }, (_, index) => index + 1),
      )
      const elsewhere = (await rows.conversations()).filter(({ id }) => id !== keptId)
      const later = elsewhere.length === 0 ? [] : (await account.listMessages({ conversationId: String(only(elsewhere).id) })).items
      assert.deepEqual([...items, ...later].map(({ messageId }) => messageId).sort(), column(await rows.messages(), 'message_id'))
      assert.equal(items.length + later.length, 37)
    },
  },
]
