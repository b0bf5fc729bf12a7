import { type MongoCommand, rewritten, without } from './mutated-db.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { PostgresMutant } from './mutated-postgres.js'

const subject = 'upsertConversationWithEvents'
const says = 'says since when the customer waits: since the first message after the last answer of an agent or a bot'
const again = 'lets the customer wait again for an answer that failed, and no longer once it arrived after all'
const late = 'lets an answer that comes late answer what was said before it, and no message begin a wait that was over'
const together = 'goes by time and then by arrival among the messages of one call, in any order'
const history = 'ends a wait by the answers of history, and begins none by its questions, unless they come live'
const folded = 'goes by the time of a reply once it is one with its echo'

/** Customers who wait too long, not long enough, or since another message. */
export const memoryWaitMutants: readonly MemoryMutant[] = [
  {
    bug: 'every inbound message begins the wait anew',
    subject,
    caughtBy: says,
    update: (row, before) =>
      before.waitingSince !== null && row.lastSeq > before.lastSeq ? { ...row, waitingSince: row.lastMessageAt } : row,
  },
  {
    bug: 'a failed answer is an answer',
    subject,
    caughtBy: again,
    world: (world) => ({ lastAnswer: (id) => world.latestMessage(id) }),
  },
  {
    bug: 'a late answer answers everything',
    subject,
    caughtBy: late,
    world: () => ({ firstQuestion: () => null }),
  },
  {
    bug: 'an answer is forgotten once it has ended a wait',
    subject,
    caughtBy: late,
    update: (row) => ({ ...row, lastAnswerAt: null }),
  },
  {
    bug: 'a question of history lets the customer wait',
    subject,
    caughtBy: history,
    world: (world) => ({
      putConversation: (row) =>
        world.putConversation(row.waitingSince === null && row.unreadCount > 0 ? { ...row, waitingSince: row.lastMessageAt } : row),
    }),
  },
  {
    bug: 'a wait that is over begins again only with a new message',
    subject,
    caughtBy: folded,
    update: (row, before) =>
      row.lastSeq === before.lastSeq && before.waitingSince === null && row.waitingSince !== null ? { ...row, waitingSince: null } : row,
  },
]

const changed = (bug: string, caughtBy: string, name: string, replace: string | RegExp, by = ''): PostgresMutant => ({
  bug,
  subject,
  caughtBy,
  functions: [{ name, replace, by }],
  attempts: 1,
})
const single = 'upsert_conversation_with_events'

export const postgresWaitMutants: readonly PostgresMutant[] = [
  changed('a message of the system is an answer', says, single, "coalesce(event.raw->>'sender_type', 'agent') in ('agent', 'bot')", 'true'),
  changed('a failed answer is an answer', again, 'settle_wait', " and m.status <> 'failed'"),
  changed(
    'nobody asks who waits when an answer fails',
    again,
    'apply_event',
    'v_waits := jsonb_build_array(v_before.conversation_id);',
    'null;',
  ),
  changed(
    'nobody asks who waits when a link takes a failure back',
    again,
    'link_message',
    /waits := waits \|\| coalesce\(v_local[^;]*;/,
    'null;',
  ),
  changed('a quick way trusts itself with a late answer', late, single, /t\.are_new and [\s\S]*? as is_plain/, 't.are_new as is_plain'),
  changed(
    'nobody asks who waits where the messages alone tell',
    together,
    'write_rare',
    "then array[p_item->>'target_id'] else",
    "then '{}' else",
  ),
  changed('a late question begins a wait that was over', late, single, 'when change.asked_at < conversation.last_answer_at', 'when false'),
  changed('a question of history lets the customer wait', history, 'write_round', "'inbound' and not stored.is_history", "'inbound'"),
  changed('a question of history lets the customer wait after an answer', history, 'settle_wait', ' and m.is_history is null'),
  changed(
    'nobody waits since a message that comes live',
    history,
    'turn_live',
    'then v_told || v_message.conversation_id else',
    'then v_told else',
  ),
  changed(
    'a fold leaves the wait as it was',
    folded,
    'fold_message',
    'return array[v_dropped.conversation_id, v_kept.conversation_id]',
    "return '{}'",
  ),
  {
    bug: 'a run of items forgets its answers',
    subject: 'bulkUpsertConversationsWithEvents',
    caughtBy: 'answers and stores items of a known one as if each came in a call of its own: questions and answers in order of time',
    functions: [{ name: 'write_run', replace: ', item.answers_so_far order', by: ' order' }],
    attempts: 1,
  },
]

const withoutField = (field: string) => ({
  of: 'conversations' as const,
  by: ['insertOne', 'insertMany', 'updateOne', 'bulkWrite'] as const,
  change: ({ body }: MongoCommand) => ({ body: rewritten(body, (doc) => without(doc, field)) }),
})
const asking = (change: (doc: Readonly<Record<string, unknown>>) => object) => ({
  of: 'messages' as const,
  by: ['aggregate'] as const,
  change: ({ body }: MongoCommand) => ({ body: rewritten(body, change) }),
})

export const mongoWaitMutants: readonly MongoMutant[] = [
  { bug: 'it is not stored since when the customer waits', subject, caughtBy: says, commands: [withoutField('waiting_since')] },
  { bug: 'it is not stored when the last answer was given', subject, caughtBy: late, commands: [withoutField('last_answer_at')] },
  {
    bug: 'the answers before a failed one are not looked for',
    subject,
    caughtBy: again,
    commands: [asking((doc) => ('sender_type' in doc ? { ...doc, direction: 'none' } : doc))],
  },
  {
    bug: 'the first question is looked for among all',
    subject,
    caughtBy: late,
    commands: [asking((doc) => (doc.direction === 'inbound' ? without(doc, 'occurred_at', '$or') : doc))],
  },
]
