import type { MemoryAccount } from '../../../src/memory/account.js'
import type { MessageRow } from '../../../src/model/planning/rows.js'
import { atMerge } from './merge-mutants.js'
import { rewritten, without } from './mutated-db.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { ChangedFunction, PostgresMutant } from './mutated-postgres.js'

const subject = 'mergeConversations'
const once = 'shows and counts a message once that both have, and gives each its own back when the merge is undone'
const read = 'leaves a message read of which one copy was read, whichever that is'
const counts = 'counts what it shows: by seq, by time, by the old id, and when it is marked unread'
const inOneInbox = 'takes two messages with one id for one only in one inbox, and never on a channel that counts them in each chat'
const live = 'shows the copy that came live, and the later one in the preview'
const told = 'lets what comes later for a hidden copy be seen on the one that is shown, and stay with both'
const chains = 'hides what an earlier merge hides until that one is undone, and tells the copy of a copy'
const linked = 'makes one message of copies whose customers are linked later, which stays when the merge is undone'

/** Stores a message with another mark than the merge decided on. */
function marking(change: (row: MessageRow, account: MemoryAccount) => MessageRow): Pick<MemoryMutant, 'world'> {
  return {
    world: (world, account) => ({
      putMessage(row) {
        const before = account.messages.rows.get(row.id)
        world.putMessage(before && before.doubleIn !== row.doubleIn ? change(row, account) : row)
      },
    }),
  }
}

/** The copy of the other conversation. */
function otherCopy({ id, messageId, doubleIn: _ }: MessageRow, { messages }: MemoryAccount): MessageRow | undefined {
  return [...messages.rows.values()].find((row) => row.id !== id && row.messageId === messageId)
}

export const memoryDoubleMutants: readonly MemoryMutant[] = [
  { bug: 'a merge hides no copy', subject, caughtBy: once, ...marking((row) => ({ ...row, doubleIn: null })) },
  {
    bug: 'the unread count takes no account of copies',
    subject,
    caughtBy: once,
    ...atMerge(({ unreadCount }) => ({ unreadCount: unreadCount + 1 })),
  },
  {
    bug: 'the other copy is hidden',
    subject,
    caughtBy: read,
    world: (world, account) => ({
      putMessage(row) {
        const before = account.messages.rows.get(row.id)
        const isHiding = before !== undefined && before.doubleIn === null && row.doubleIn !== null
        const other = isHiding ? otherCopy(row, account) : undefined
        world.putMessage(other === undefined ? row : { ...other, doubleIn: row.doubleIn })
      },
    }),
  },
  {
    bug: 'nothing is told to the copy that is shown',
    subject,
    caughtBy: told,
    world: (world, account) => ({
      putMessage(row) {
        const isOfOther = [...account.messages.rows.values()].some(
          (each) => each.doubleIn !== null && each.messageId === row.messageId && each.id !== row.id,
        )
        if (!isOfOther || row.doubleIn !== null || !account.messages.rows.has(row.id)) world.putMessage(row)
      },
    }),
  },
]

type Bug = Pick<PostgresMutant, 'bug' | 'caughtBy'> & ChangedFunction

const bugs: readonly Bug[] = [
  { bug: 'a merge hides no copy', caughtBy: once, name: 'mark_copies', replace: 'placed.place > 1', by: 'false' },
  {
    bug: 'the unread count takes no account of copies',
    caughtBy: once,
    name: 'merge_prepared',
    replace: 'unread_count = x.unread_count - v_unread',
    by: 'unread_count = x.unread_count',
  },
  { bug: 'the copy that was read is hidden', caughtBy: read, name: 'mark_copies', replace: 'd.is_read desc, ', by: '' },
  { bug: 'history is shown', caughtBy: live, name: 'mark_copies', replace: /d\.is_(silent|history), /g, by: '' },
  {
    bug: 'messages of two inboxes are taken for one',
    caughtBy: inOneInbox,
    name: 'mark_copies',
    replace: /other\.oa_id = p\.oa_id and |v_people->m\.contact_inbox_id->>0 = v_people->x\.contact_inbox_id->>0 and |d\.oa_id, /g,
    by: '',
  },
  {
    bug: 'messages of two chats are taken for one',
    caughtBy: inOneInbox,
    name: 'mark_copies',
    replace: /not h\.channel in \([^)]*\)/g,
    by: 'true',
  },
  {
    bug: 'a copy that was hidden before is counted off again',
    caughtBy: chains,
    name: 'mark_copies',
    replace: /m\.double_in is null or/g,
    by: 'true or',
  },
  {
    bug: 'a page of messages by number reads what is hidden',
    caughtBy: counts,
    name: 'mark_conversation_read',
    replace: 'm.double_in is null or',
    by: 'true or',
  },
  {
    bug: 'the first later message may be hidden',
    caughtBy: counts,
    name: 'mark_conversation_read_until',
    replace: 'm.double_in is null or',
    by: 'true or',
  },
  {
    bug: 'a hidden message is marked unread',
    caughtBy: counts,
    name: 'mark_conversation_unread',
    replace: /m\.double_in is null or/g,
    by: 'true or',
  },
  {
    bug: 'a copy is told nothing',
    caughtBy: told,
    name: 'apply_event',
    replace: /v_message\.double_in is not null then\s+v_waits/g,
    by: 'false then v_waits',
  },
  {
    bug: 'a watermark is not told to the copy that is shown',
    caughtBy: told,
    name: 'apply_event',
    replace: 'unnest(v_hidden)',
    by: "unnest('{}'::text[])",
  },
  {
    bug: 'the preview of the copy that is shown stays',
    caughtBy: told,
    name: 'tell_shown_copy',
    replace: 'c.last_message_row_id = v_shown.id',
    by: 'false',
  },
  {
    bug: 'a copy comes live alone',
    caughtBy: live,
    name: 'turn_live',
    replace: 'if v_message.double_in is not null then',
    by: 'if false then',
  },
  {
    bug: 'the hidden copy counts when it comes live',
    caughtBy: live,
    name: 'turn_live',
    replace: 'v_message.double_in is null or',
    by: 'true or',
  },
  {
    bug: 'a link keeps the copy that is hidden',
    caughtBy: linked,
    name: 'fold_doubles',
    replace: /case when \(d\.double_in[\s\S]*? else /,
    by: 'case when false then false else ',
  },
  {
    bug: 'a link counts the copy that was hidden',
    caughtBy: linked,
    name: 'fold_message',
    replace: 'v_dropped.double_in is null or',
    by: 'true or',
  },
  {
    bug: 'what goes with the restored conversation still counts as unread',
    caughtBy: once,
    name: 'unmerge_conversations',
    replace: 'unread_count = k.unread_count,',
    by: 'unread_count = x.unread_count,',
  },
]

export const postgresDoubleMutants: readonly PostgresMutant[] = bugs.map(({ bug, caughtBy, ...changed }) => ({
  bug,
  subject,
  caughtBy,
  functions: [changed],
  attempts: 1,
}))

const unmarked = {
  by: ['updateMany'] as const,
  change: ({ filter }: { readonly filter: object }) => ({ filter: { ...filter, _id: 'none' } }),
}

export const mongoDoubleMutants: readonly MongoMutant[] = [
  { bug: 'a merge hides no copy', subject, caughtBy: once, commands: [{ of: 'messages', ...unmarked }] },
  { bug: 'a merge hides no event', subject, caughtBy: once, commands: [{ of: 'contact_interaction_events', ...unmarked }] },
  {
    bug: 'lists have what is hidden',
    subject,
    caughtBy: once,
    commands: [
      {
        of: 'messages',
        by: ['find'],
        change: ({ filter }) => ({
          filter: Array.isArray(filter.$and) ? { ...filter, $and: filter.$and.map((each) => without(each, 'double_in')) } : filter,
        }),
      },
    ],
  },
  {
    bug: 'markRead counts what is hidden',
    subject,
    caughtBy: counts,
    commands: [{ of: 'messages', by: ['countDocuments'], change: ({ filter }) => ({ filter: without(filter, 'double_in') }) }],
  },
  {
    bug: 'what is told to a copy that is shown is not stored',
    subject,
    caughtBy: told,
    commands: [{ of: 'messages', by: ['bulkWrite'], change: ({ body }) => ({ body: rewritten(body, () => ({})) }) }],
  },
]
