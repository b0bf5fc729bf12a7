import type { MessageRow } from '../../../src/model/planning/rows.js'
import { listedAt } from '../../../src/model/planning/times.js'
import { toMessage } from '../../../src/model/planning/to-records.js'
import type { Doc } from '../../../src/mongo/driver.js'
import { around } from './call-bugs.js'
import { rewritten, without } from './mutated-db.js'
import type { MemoryBug, MemoryMutant, MemoryState } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { PostgresMutant } from './mutated-postgres.js'

const inOrder = 'gives every message once in order of time, then of seq, oldest or newest first, whatever the page size'
const clamped = 'lists a message from more than 5 minutes ahead by the time of its storing, and gives its occurredAt as it was'
const upToTime = 'reads up to a time: to just before the first unread message that is later, and counts exactly'
const backToLast = 'moves the horizon to just before the last inbound message, and adds 1 to the version'

/** Bugs of the lists by time and of the read horizon, in the memory adapter. */
export const memoryTimeMutants: readonly MemoryMutant[] = [
  {
    bug: 'a list by time does not sort by seq what was said at one time',
    subject: 'listMessages',
    caughtBy: inOrder,
    ...listedInOrder((a, b) => listedAt(a).getTime() - listedAt(b).getTime() || b.seq - a.seq),
  },
  {
    bug: 'a list by time believes a sender from the future',
    subject: 'listMessages',
    caughtBy: clamped,
    ...listedInOrder((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || a.seq - b.seq),
  },
  {
    bug: 'a list is in order of arrival whatever was asked for',
    subject: 'listMessages',
    caughtBy: inOrder,
    ...listedInOrder((a, b) => a.seq - b.seq),
  },
  {
    bug: 'upToTime goes to the last message, by arrival, that is not later',
    subject: 'markRead',
    caughtBy: upToTime,
    ...around('markRead', async (input, send, state) => {
      if (input.upToTime === null) return send()
      const { upToTime: time } = input
      const last = rowsOf(state, input.accountId).findLast((row) => listedAt(row).getTime() <= time.getTime())
      return send({ ...input, upToTime: null, seq: last?.seq ?? 0 })
    }),
  },
  {
    bug: 'markUnread goes to before the first message',
    subject: 'markUnread',
    caughtBy: backToLast,
    update: (row, before) => (row.readSeq < before.readSeq ? { ...row, readSeq: 0 } : row),
  },
  {
    bug: 'markUnread makes more of a conversation unread that has unread messages',
    subject: 'markUnread',
    caughtBy: 'changes nothing where something is unread already, and keeps what was read',
    ...around('markUnread', async (input, send, { database }) => {
      const change = await send()
      const { conversations } = database.account(input.accountId)
      const row = conversations.rows.get(change.conversation.id)
      if (change.outcome !== 'unchanged' || !row || row.unreadCount === 0) return change
      const next = { ...row, readSeq: row.readSeq - 1, unreadCount: row.unreadCount + 1, version: row.version + 1 }
      conversations.put(next)
      return { outcome: 'updated' as const, conversation: { ...change.conversation, ...next } }
    }),
  },
]

/** The same in the texts of PostgreSQL. */
export const postgresTimeMutants: readonly PostgresMutant[] = [
  {
    bug: 'the order by time has no seq behind it',
    subject: 'listMessages',
    caughtBy: inOrder,
    statements: [{ replace: 'END asc, x.seq asc', by: 'END asc, x.seq desc' }],
    attempts: 1,
  },
  {
    bug: 'the order by time has no clamp',
    subject: 'listMessages',
    caughtBy: clamped,
    statements: [{ replace: /CASE WHEN .*? ELSE x\.occurred_at END/g, by: 'x.occurred_at' }],
    attempts: 1,
  },
  {
    bug: 'upToTime stops at messages of the host',
    subject: 'markRead',
    caughtBy: upToTime,
    functions: [
      { name: 'mark_conversation_read_until', replace: "m.direction = 'inbound' and m.is_silent is null and CASE", by: 'true and CASE' },
    ],
    attempts: 1,
  },
  {
    bug: 'upToTime stops at messages that are read already',
    subject: 'markRead',
    caughtBy: 'reads what came late but was said before, although a later message is read already',
    functions: [{ name: 'mark_conversation_read_until', replace: 'm.seq > c.read_seq and', by: 'true and' }],
    attempts: 1,
  },
  {
    bug: 'markUnread goes to a message of the host',
    subject: 'markUnread',
    caughtBy: backToLast,
    functions: [{ name: 'mark_conversation_unread', replace: "and m.direction = 'inbound' and m.is_silent is null\n", by: '\n' }],
    attempts: 1,
  },
  {
    bug: 'markUnread looks for the last message without the lock',
    subject: 'markUnread',
    caughtBy: 'changes once for 25 concurrent callers',
    functions: [{ name: 'mark_conversation_unread', replace: ' for no key update', by: '' }],
    attempts: 10,
  },
  {
    bug: 'a conversation shows what a sender from the future said',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'shows the last message of the list by time where an echo was taken out, also beside one from too far ahead',
    functions: [{ name: 'latest_message', replace: /CASE WHEN \(\(x\..*? END desc/, by: 'x.occurred_at desc' }],
    attempts: 1,
  },
]

/** The same in the commands to MongoDB. */
export const mongoTimeMutants: readonly MongoMutant[] = [
  {
    bug: 'messages of one time are sorted by seq the other way round',
    subject: 'listMessages',
    caughtBy: inOrder,
    commands: [{ of: 'messages', by: ['find'], change: ({ options }) => ({ options: rewritten(options, turned) as Doc }) }],
  },
  {
    bug: 'the time by which a message is listed is what the sender says',
    subject: 'listMessages',
    caughtBy: clamped,
    commands: [
      {
        of: 'messages',
        by: ['insertMany', 'bulkWrite'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => (doc.given_at ? { ...doc, occurred_at: doc.given_at } : doc)) }),
      },
    ],
  },
  {
    bug: 'upToTime goes by arrival alone',
    subject: 'markRead',
    caughtBy: upToTime,
    commands: [{ of: 'messages', by: ['findOne'], change: ({ filter }) => ({ filter: without(filter, 'occurred_at') }) }],
  },
  {
    bug: 'an outbound message becomes unread',
    subject: 'markUnread',
    caughtBy: backToLast,
    commands: [{ of: 'messages', by: ['findOne'], change: ({ filter }) => ({ filter: without(filter, 'direction') }) }],
  },
]

/** Sorts a list by time in another way. A cursor stands for the message that it was made from. */
function listedInOrder(compare: (a: MessageRow, b: MessageRow) => number): MemoryBug {
  return around('listMessages', async (input, send, state) => {
    if (input.by === 'seq') return send()
    const rows = rowsOf(state, input.accountId).toSorted(compare)
    const inOrder = input.order === 'oldest' ? rows : rows.toReversed()
    const start = input.after === null ? 0 : inOrder.findIndex(({ seq }) => seq === input.after?.[1]) + 1
    const page = inOrder.slice(start, start + input.limit)
    return { items: page.map(toMessage), hasMore: start + input.limit < inOrder.length }
  })
}

/** The messages of an account, which in these cases has one conversation, by seq. */
function rowsOf({ database }: MemoryState, accountId: string): readonly MessageRow[] {
  return [...database.account(accountId).messages.rows.values()].sort((a, b) => a.seq - b.seq)
}

/** Turns the sort by seq behind the one by time. */
function turned(doc: Doc): Doc {
  return 'occurred_at' in doc && 'seq' in doc && !('accountId' in doc) ? { ...doc, seq: -Number(doc.seq) } : doc
}
