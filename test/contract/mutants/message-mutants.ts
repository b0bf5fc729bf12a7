import { around, changingItems } from './call-bugs.js'
import type { MemoryMutant } from './mutated-memory.js'

let ids = 0

export const messageMutants: readonly MemoryMutant[] = [
  {
    bug: 'unread counts outbound messages too',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'numbers messages from 1 in the order of the call, whatever their times, and facts by eventSeq',
    update: (row, before) => ({ ...row, unreadCount: before.unreadCount + row.lastSeq - before.lastSeq }),
  },
  {
    bug: 'a call leaves a hole in seq',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'numbers messages from 1 in the order of the call, whatever their times, and facts by eventSeq',
    update: (row, before) => (row.version > before.version ? { ...row, lastSeq: row.lastSeq + 1 } : row),
  },
  {
    bug: 'a fold gives the seq of its echo back',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'gives the seq of a folded echo to nobody again, not even when it was the last',
    world: (world) => ({
      deleteMessage(row) {
        world.deleteMessage(row)
        const conversation = world.conversation(row.conversationId)
        if (conversation) world.putConversation({ ...conversation, lastSeq: conversation.lastSeq - 1 })
      },
    }),
  },
  {
    bug: 'a fold moves the read horizon',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'leaves the read horizon where it is when an echo before it folds',
    world: (world) => ({
      deleteMessage(row) {
        world.deleteMessage(row)
        const conversation = world.conversation(row.conversationId)
        if (conversation) world.putConversation({ ...conversation, readSeq: conversation.readSeq - 1 })
      },
    }),
  },
  {
    bug: 'a replay is not recognised',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'answers a replay with `duplicate` and changes nothing, not even by its patch',
    world: () => ({ messageByMessageId: () => null, eventByMessageId: () => null }),
  },
  {
    bug: 'a replay applies its patch',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'answers a replay with `duplicate` and changes nothing, not even by its patch',
    ...around('upsertConversations', async (input, send) => {
      const results = await send()
      const isReplay = results.some((result) => result.ok && result.outcome === 'duplicate')
      if (isReplay)
        await send({ ...input, items: input.items.map((item) => ({ ...item, events: [], expectedVersion: null, channel: null })) })
      return results
    }),
  },
  {
    bug: 'a message of a closed conversation is forgotten',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'knows a message after its conversation was closed: it opens no other one and reopens none',
    world: (world) => ({
      eventByMessageId(contactInboxId, messageId) {
        const row = world.eventByMessageId(contactInboxId, messageId)
        return row?.conversationId && world.conversation(row.conversationId)?.status === 'closed' ? null : row
      },
      messageByMessageId(contactInboxId, messageId) {
        const row = world.messageByMessageId(contactInboxId, messageId)
        return row && world.conversation(row.conversationId)?.status === 'closed' ? null : row
      },
    }),
  },
  {
    bug: 'the read horizon moves back',
    subject: 'markRead',
    caughtBy: 'never moves the horizon back, and takes a seq beyond the last message for all',
    ...around('markRead', async (input, send, { database }) => {
      const change = await send()
      const { conversations, messages } = database.account(input.accountId)
      const row = conversations.rows.get(change.conversation.id)
      if (change.outcome !== 'unchanged' || !row || input.seq === null) return change
      const unreadCount = messages.after({ ...row, merges: [] }, input.seq).filter(({ direction }) => direction === 'inbound').length
      const next = { ...row, readSeq: input.seq, unreadCount, version: row.version + 1 }
      conversations.put(next)
      return {
        outcome: 'updated' as const,
        conversation: { ...change.conversation, readSeq: input.seq, unreadCount, version: next.version },
      }
    }),
  },
  {
    bug: 'markRead counts to zero whatever the seq',
    subject: 'markRead',
    caughtBy: 'reads up to a seq and counts the inbound messages past it exactly',
    update: (row, before) => (row.readSeq > before.readSeq ? { ...row, unreadCount: 0 } : row),
  },
  {
    bug: 'markRead answers rightly and stores nothing',
    subject: 'markRead',
    caughtBy: 'reads everything, and adds 1 to the version',
    ...around('markRead', async (input, send, { database }) => {
      const { conversations } = database.account(input.accountId)
      const before = [...conversations.rows.values()]
      const change = await send()
      for (const row of before) conversations.put(row)
      return change
    }),
  },
  {
    bug: 'a late receipt downgrades a status',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'never downgrades by a late receipt, and keeps the earliest time of each kind',
    world: (world) => ({
      putMessage(row) {
        const before = world.message(row.id)
        const isDeliveredLate = before !== null && before.deliveredAt === null && row.deliveredAt !== null
        world.putMessage(isDeliveredLate ? { ...row, status: 'delivered' } : row)
      },
    }),
  },
  {
    bug: 'the last edit to arrive wins',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'lets the highest editNumber win, then the latest time, in any order of arrival',
    ...changingItems((item) => ({
      ...item,
      events: item.events.map((event) => (event.type === 'message_edit' ? { ...event, editNumber: ++ids } : event)),
    })),
  },
  {
    bug: 'an edit event keeps a copy of the text',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'deletes text and attachments wherever they lie, and keeps the row and its seq',
    world: (world) => ({
      putEvent(row) {
        const target = row.targetMessageId === null ? null : world.messageByMessageId(row.scopeId, row.targetMessageId)
        world.putEvent(row.type === 'message_edit' && target ? { ...row, payload: { ...row.payload, text: target.text } } : row)
      },
    }),
  },
  {
    bug: 'a deletion keeps the text',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'deletes text and attachments wherever they lie, and keeps the row and its seq',
    world: (world) => ({
      putMessage: (row) => world.putMessage(row.deletedAt ? { ...row, text: world.message(row.id)?.text ?? row.text } : row),
    }),
  },
  {
    bug: 'the preview and lastMessageAt move back',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'shows the first 160 characters of the latest message, or what it has attached',
    update: (row, before) => (row.lastSeq > before.lastSeq ? { ...row, lastMessagePreview: 'late', lastMessageAt: new Date(0) } : row),
  },
  {
    bug: 'the first 100 senders who react are kept',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'keeps the reactions of the 100 senders who reacted last, in whatever order they come',
    world: (world) => ({
      putMessage(row) {
        const before = world.message(row.id)?.reactionMarks ?? []
        world.putMessage(before.length === 100 ? { ...row, reactionMarks: before } : row)
      },
    }),
  },
  {
    bug: 'a waiting event is dropped',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'ends the same in whatever order a reply, its edit, a reaction and a receipt come',
    world: (world) => ({ putEvent: (row) => (row.conversationId === null ? undefined : world.putEvent(row)) }),
  },
  {
    bug: 'a message id is looked up in the whole inbox',
    subject: 'findMessage',
    caughtBy: 'answers null for what is unknown, another customer’s or another account’s',
    ...around('findMessage', async (input, send, { database }) => {
      const found = await send()
      if (found || !('messageId' in input)) return found
      const row = [...database.account(input.accountId).messages.rows.values()].find(({ messageId }) => messageId === input.messageId)
      return row ? send({ accountId: input.accountId, signal: null, id: row.id }) : null
    }),
  },
  {
    bug: 'a page of events begins one too late',
    subject: 'listEvents',
    caughtBy: 'gives every event once in eventSeq order, after the one that was named, whatever the page size',
    ...around('listEvents', (input, send) => send({ ...input, after: input.after ? [Number(input.after[0]) + 1] : null })),
  },
  {
    bug: 'an inbound message leaves its conversation asleep',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'wakes a snoozed conversation for an inbound message or a postback, for nothing else',
    update: (row, before) =>
      before.status === 'snoozed' && row.status === 'open' && row.lastInboundAt !== before.lastInboundAt
        ? { ...row, status: 'snoozed', snoozedUntil: before.snoozedUntil }
        : row,
  },
]
