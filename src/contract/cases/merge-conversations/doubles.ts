import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import type { CaseList } from '../../contract-case.js'
import { at, said } from '../../events.js'
import { holds, only, present } from '../../expectations.js'
import type { Scene } from '../../scene.js'
import { twoPeople } from '../../two-people.js'
import { copiedThreads } from './copied-threads.js'

/** A message that two customers of one inbox both have. */
export const doubleCases: CaseList = [
  {
    title: 'shows and counts a message once that both have, and gives each its own back when the merge is undone',
    async run({ scene }) {
      const here = scene()
      const { account, rows, write } = here
      const { other, keptId, lostId, merge, seen } = await copiedThreads(here)
      const before = [await seen(keptId), await seen(lostId)]
      const conversations = await rows.conversations()
      const { mergeId, conversation } = await merge()
      holds(conversation, {
        id: keptId,
        unreadCount: 5,
        lastSeq: 6,
        lastMessagePreview: 'text of n2',
        lastMessageAt: at(6),
        waitingSince: at(1),
      })
      const ids = ['m1', 'x', 'n1', 'm2', 'n2']
      for (const order of ['oldest', 'newest'] as const) {
        for (const limit of [1, 2, 3, 50]) {
          const turned = (all: readonly string[]) => (order === 'oldest' ? all : all.toReversed())
          assert.deepEqual(await seen(keptId, { order, limit }), turned(ids))
          assert.deepEqual(await seen(keptId, { order, limit, by: 'seq' }), turned(['m1', 'x', 'm2', 'n1', 'n2']))
        }
      }
      const { items } = await account.listMessages({ conversationId: keptId, by: 'seq' })
      assert.deepEqual(
        items.map(({ seq }) => seq),
        [1, 2, 3, 4, 6],
      )
      assert.deepEqual(await eventsOf(here, keptId), ['m1', 'x', 'm2', 'n1', 'n2'])
      assert.deepEqual(await eventsOf(here, keptId, 1), ['m1', 'x', 'm2', 'n1', 'n2'])
      assert.equal((await rows.messages()).length, 6, 'both copies stay')
      holds(only(await rows.conversations()), { unread_count: 5, last_seq: 6 })
      const shown = present(items[1])
      holds(shown, { messageId: 'x', conversationId: keptId, seq: 2 })
      for (const key of [here.key, other.key]) assert.deepEqual(await account.findMessage({ ...key, messageId: 'x' }), shown)
      for (const { id } of await rows.messages()) {
        const found = present(await account.findMessage({ id: String(id) }))
        assert.deepEqual(
          found,
          items.find(({ messageId }) => messageId === found.messageId),
        )
      }
      assert.equal((await other.write(said('x', { occurredAt: at(2) }))).outcome, 'duplicate')
      assert.equal((await write(said('x', { occurredAt: at(2) }))).outcome, 'duplicate')

      const { kept, restored } = await account.unmergeConversations({ mergeId })
      holds(kept, { unreadCount: 3, lastMessagePreview: 'text of m2', waitingSince: at(1) })
      holds(restored, { unreadCount: 3, lastMessagePreview: 'text of n2', waitingSince: at(2) })
      assert.deepEqual([await seen(keptId), await seen(lostId)], before)
      assert.deepEqual(await eventsOf(here, lostId), ['n1', 'x', 'n2'])
      const counts = (each: readonly { readonly unread_count?: unknown; readonly id?: unknown }[]) =>
        each.map(({ id, unread_count }) => `${id} ${unread_count}`).sort()
      assert.deepEqual(counts(await rows.conversations()), counts(conversations))
      for (const [key, conversationId, seq] of [
        [here.key, keptId, 2],
        [other.key, lostId, 2],
      ] as const) {
        holds(await account.findMessage({ ...key, messageId: 'x' }), { conversationId, seq })
      }
      holds((await merge()).conversation, { unreadCount: 5 })
      assert.deepEqual(await seen(keptId), ids)
    },
  },
  {
    title: 'leaves a message read of which one copy was read, whichever that is',
    async run({ scene }) {
      const first = scene()
      for (const [read, unread, seq] of [
        ['kept', 3, 2],
        ['lost', 3, 5],
        ['both', 2, 2],
      ] as const) {
        const here = first.another()
        const { account } = here
        const { other, keptId, lostId, merge } = await copiedThreads(here)
        if (read !== 'lost') await account.markRead({ conversationId: keptId, seq: 2 })
        if (read !== 'kept') await account.markRead({ conversationId: lostId, seq: 2 })
        const { mergeId, conversation } = await merge()
        holds(conversation, { unreadCount: unread })
        const shown = present(await account.findMessage({ ...other.key, messageId: 'x' }))
        holds(shown, { conversationId: keptId, seq })
        const { items } = await account.listMessages({ conversationId: keptId })
        assert.deepEqual(
          items.filter(({ messageId }) => messageId === 'x'),
          [shown],
        )
        const { kept, restored } = await account.unmergeConversations({ mergeId })
        holds(kept, { unreadCount: read === 'lost' ? 3 : 1 })
        holds(restored, { unreadCount: read === 'kept' ? 3 : 1 })
      }
    },
  },
  {
    title: 'counts what it shows: by seq, by time, by the old id, and when it is marked unread',
    async run({ scene }) {
      const first = scene()
      const read = async (how: { readonly seq?: number; readonly upToTime?: Date; readonly old?: boolean }) => {
        const here = first.another()
        const { account } = here
        const { keptId, lostId, merge } = await copiedThreads(here)
        const { mergeId } = await merge()
        const { old = false, ...upTo } = how
        const { conversation } = await account.markRead({ conversationId: old ? lostId : keptId, ...upTo })
        const { kept, restored } = await account.unmergeConversations({ mergeId })
        return [conversation.unreadCount, kept.unreadCount, restored.unreadCount]
      }
      assert.deepEqual(await read({ seq: 1 }), [4, 2, 3])
      assert.deepEqual(await read({ seq: 2 }), [3, 1, 3])
      assert.deepEqual(await read({ seq: 5 }), [1, 0, 1])
      assert.deepEqual(await read({ seq: 2, old: true }), [4, 3, 1])
      assert.deepEqual(await read({ upToTime: at(2) }), [3, 1, 3])
      assert.deepEqual(await read({ upToTime: at(4) }), [1, 0, 1])
      assert.deepEqual(await read({}), [0, 0, 0])

      const here = first.another()
      const twin = here.another()
      await here.write(said('m1', { occurredAt: at(1) }), said('x', { occurredAt: at(2) }))
      await twin.write(said('x', { occurredAt: at(2) }))
      const { account } = here
      await account.markRead(here.key)
      await account.markRead(twin.key)
      const { conversation } = await account.mergeConversations({ keep: here.key, lose: twin.key })
      holds(conversation, { unreadCount: 0 })
      const { conversation: unread } = await account.markUnread(here.key)
      holds(unread, { unreadCount: 1, readSeq: 1 })
      holds((await account.markRead({ ...here.key, seq: 2 })).conversation, { unreadCount: 0 })
    },
  },
  {
    title: 'takes two messages with one id for one only in one inbox, and never on a channel that counts them in each chat',
    async run({ scene, unique }) {
      const first = scene()
      const { account } = first
      const elsewhere = { oaId: unique('oa'), customerId: unique('customer') }
      const events = [said('x', { occurredAt: at(1) })]
      await first.write(...events)
      await account.upsertConversationWithEvents({ ...elsewhere, events })
      const { conversation } = await account.mergeConversations({ keep: first.key, lose: elsewhere })
      holds(conversation, { unreadCount: 2 })
      assert.equal((await account.listMessages({ conversationId: conversation.id })).items.length, 2)
      // A third conversation of the inbox finds the one of its own inbox, also within another.
      const third = first.another()
      await third.write(...events)
      const { conversation: all } = await account.mergeConversations({ keep: third.key, lose: { conversationId: conversation.id } })
      holds(all, { unreadCount: 2, lastSeq: 3 })
      holds(await account.findMessage({ ...first.key, messageId: 'x' }), { conversationId: all.id, seq: 1 })
      holds(await account.findMessage({ ...elsewhere, messageId: 'x' }), { conversationId: all.id, seq: 3 })

      const chats = [first.another(), first.another()] as const
      const numbers = [1, 2, 3].map((n) => said(String(n), { occurredAt: at(n) }))
      const oaId = unique('oa')
      for (const { customerId } of chats) {
        await account.upsertConversationWithEvents({ oaId, customerId, channel: 'telegram', events: numbers })
      }
      const [keep, lose] = chats.map(({ customerId }) => ({ oaId, customerId })) as [Scene['key'], Scene['key']]
      const { conversation: both, mergeId } = await account.mergeConversations({ keep, lose })
      holds(both, { unreadCount: 6 })
      assert.equal((await account.listMessages({ conversationId: both.id })).items.length, 6)
      const edit: EventInput = { type: 'message_edit', targetMessageId: '2', text: 'better', occurredAt: at(9) }
      await account.upsertConversationWithEvents({ ...lose, channel: 'telegram', events: [edit] })
      holds(await account.findMessage({ ...keep, messageId: '2' }), { text: 'text of 2', seq: 2 })
      holds(await account.findMessage({ ...lose, messageId: '2' }), { text: 'better', seq: 5 })
      holds((await account.unmergeConversations({ mergeId })).kept, { unreadCount: 3 })
    },
  },
  {
    title: 'finds the copies that came under another id of a customer, before the ids were linked',
    async run({ scene }) {
      const { phone, user, link } = twoPeople(scene())
      const { account } = phone
      const third = phone.another()
      await phone.write(said('m1', { occurredAt: at(1) }))
      await user.write(said('x', { occurredAt: at(2) }))
      await link()
      await third.write(said('x', { occurredAt: at(2) }), said('o1', { occurredAt: at(3) }))
      const { conversation, mergeId } = await account.mergeConversations({ keep: third.key, lose: phone.key })
      holds(conversation, { unreadCount: 3, lastSeq: 4 })
      const { items } = await account.listMessages({ conversationId: conversation.id })
      assert.deepEqual(
        items.map(({ messageId }) => messageId),
        ['m1', 'x', 'o1'],
      )
      holds(await account.findMessage({ ...user.key, messageId: 'x' }), { seq: 1 })
      holds(await account.unmergeConversations({ mergeId }), { outcome: 'unmerged' })
      holds(await account.findMessage({ ...user.key, messageId: 'x' }), { seq: 2 })
    },
  },
  {
    title: 'goes on where a reader was before the merge',
    async run({ scene }) {
      const here = scene()
      const { account } = here
      const { keptId, lostId, merge } = await copiedThreads(here)
      const page = await account.listMessages({ conversationId: keptId, limit: 1 })
      const bySeq = await account.listMessages({ conversationId: keptId, limit: 2, by: 'seq' })
      await merge()
      const rest = async (cursor: string | null, by: 'time' | 'seq') =>
        (await account.listMessages({ conversationId: keptId, by, cursor: present(cursor) })).items.map(({ messageId }) => messageId)
      assert.deepEqual(await rest(page.nextCursor, 'time'), ['x', 'n1', 'm2', 'n2'])
      assert.deepEqual(await rest(bySeq.nextCursor, 'seq'), ['m2', 'n1', 'n2'])
      const { items } = await account.listMessages({ conversationId: lostId, by: 'seq', afterSeq: 1 })
      assert.deepEqual(
        items.map(({ messageId, seq }) => [messageId, seq]),
        [['n2', 6]],
      )
    },
  },
]

async function eventsOf({ account }: Scene, conversationId: string, limit = 50): Promise<readonly (string | null)[]> {
  const ids: (string | null)[] = []
  for await (const { messageId } of account.listEvents({ conversationId, limit })) ids.push(messageId)
  return ids
}
