import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { holds, only, present } from '../../expectations.js'
import { twoThreads } from './two-threads.js'

export const eventCases: CaseList = [
  {
    title: 'lets receipts, edits, deletions and reactions of the lost customer find their messages',
    async run({ scene }) {
      const here = scene()
      const { account } = here
      const { keptId, merge, writeAsLost } = await twoThreads(here)
      await writeAsLost(said('n4', { occurredAt: at(9) }))
      const { conversation: before } = await merge()
      const read = await writeAsLost({ type: 'receipt', status: 'read', messageIds: ['n3'], occurredAt: at(10) })
      holds(read, { outcome: 'unchanged' })
      assert.equal(read.events[0]?.outcome, 'applied')
      holds(read.conversation, { id: keptId, version: before.version })
      const edited = await writeAsLost({ type: 'message_edit', targetMessageId: 'n4', text: 'better', occurredAt: at(11) })
      holds(edited, { outcome: 'updated' })
      holds(edited.conversation, { id: keptId, version: before.version + 1, lastMessagePreview: 'better', lastSeq: 8 })
      await writeAsLost({ type: 'reaction', targetMessageId: 'n3', emoji: '👍', occurredAt: at(12) })
      await writeAsLost({ type: 'message_delete', targetMessageId: 'n1', occurredAt: at(13) })
      const { items } = await account.listMessages({ conversationId: keptId, by: 'seq', afterSeq: 4 })
      assert.deepEqual(
        items.map(({ text, seq }) => [seq, text]),
        [
          [5, ''],
          [6, 'text of n2'],
          [7, 'text of n3'],
          [8, 'better'],
        ],
      )
      holds(items[2], { readAt: at(10), status: 'read' })
      assert.equal(items[2]?.reactions.length, 1)
      const { items: events } = await account.listEvents({ conversationId: keptId, afterEventSeq: 8 })
      assert.deepEqual(
        events.map(({ type, eventSeq }) => [eventSeq, type]),
        [
          [9, 'message_edit'],
          [10, 'reaction'],
          [11, 'message_delete'],
        ],
      )
      assert.equal((await writeAsLost({ type: 'message_delete', targetMessageId: 'n1', occurredAt: at(13) })).outcome, 'duplicate')
    },
  },
  {
    title: 'lets a channel confirm a reply that was sent before, and folds its echo',
    async run({ scene }) {
      const here = scene()
      const { account, rows } = here
      const { keptId, merge, writeAsLost } = await twoThreads(here)
      await writeAsLost(sending('r1', { occurredAt: at(8) }), sending('r2', { occurredAt: at(9) }), replied('echo', { occurredAt: at(10) }))
      holds((await merge()).conversation, { lastSeq: 10, lastMessagePreview: 'text of echo' })
      await writeAsLost({ type: 'message_sent', localId: 'r1', messageId: 'c1', occurredAt: at(11) })
      await writeAsLost({ type: 'message_sent', localId: 'r2', messageId: 'echo', occurredAt: at(11) })
      const { items } = await account.listMessages({ conversationId: keptId, by: 'seq', afterSeq: 7 })
      assert.deepEqual(
        items.map(({ seq, localId, messageId }) => [seq, localId, messageId]),
        [
          [8, 'r1', 'c1'],
          [9, 'r2', 'echo'],
        ],
      )
      holds(await account.findConversation({ conversationId: keptId }), { lastMessagePreview: 'text of r2', lastSeq: 10 })
      const conversation = only(await rows.conversations())
      assert.equal(conversation.last_message_row_id, items[1]?.id)
    },
  },
  {
    title: 'shows the last message of both when the one that is shown folds into another conversation',
    async run({ scene }) {
      const here = scene()
      const { account, write, key } = here
      await write(sending('r1', { occurredAt: at(1) }))
      await account.closeConversation(key)
      await write(said('m1', { occurredAt: at(2) }), replied('echo', { occurredAt: at(8) }))
      const { other, merge } = await (async () => {
        const next = here.another()
        await next.write(said('n1', { occurredAt: at(5) }))
        return { other: next, merge: () => account.mergeConversations({ keep: key, lose: next.key }) }
      })()
      const { conversation } = await merge()
      holds(conversation, { lastMessagePreview: 'text of echo', lastSeq: 3 })
      await write({ type: 'message_sent', localId: 'r1', messageId: 'echo', occurredAt: at(9) })
      const now = present(await account.findByOaAndCustomer(key))
      holds(now, { lastMessagePreview: 'text of n1', lastSeq: 3, unreadCount: 2 })
      assert.equal(await account.findByOaAndCustomer(other.key), null)
    },
  },
  {
    title: 'counts history of the lost customer that comes live by the horizon of its own part',
    async run({ scene }) {
      const here = scene()
      const { account, key } = here
      const other = here.another()
      await here.write(said('m1', { occurredAt: at(1) }), said('m2', { occurredAt: at(2) }))
      const past = [said('n1', { occurredAt: at(1) }), said('n2', { occurredAt: at(2) })]
      const { conversation } = await account.upsertConversationWithEvents({ ...other.key, history: true, events: past })
      await account.markRead({ ...other.key, seq: 1 })
      await account.markRead(key)
      holds((await account.mergeConversations({ keep: key, lose: other.key })).conversation, { unreadCount: 0 })
      const live = await account.upsertConversationWithEvents({ ...other.key, events: [said('n1', { occurredAt: at(1) })] })
      assert.equal(live.events[0]?.outcome, 'live')
      assert.notEqual(live.conversation?.id, conversation?.id)
      holds(await account.findByOaAndCustomer(key), { unreadCount: 0 })
      await account.upsertConversationWithEvents({ ...other.key, events: [said('n2', { occurredAt: at(2) })] })
      const kept = present(await account.findByOaAndCustomer(key))
      holds(kept, { unreadCount: 1 })
      const { items } = await account.listEvents({ conversationId: kept.id, afterEventSeq: 4 })
      assert.deepEqual(
        items.map(({ type, targetMessageId }) => [type, targetMessageId]),
        [
          ['message_live', 'n1'],
          ['message_live', 'n2'],
        ],
      )
    },
  },
]
