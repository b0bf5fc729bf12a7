import type { ConversationRow, MergedPart } from '../../../src/model/planning/rows.js'
import { type MongoCommand, rewritten, without } from './mutated-db.js'
import type { MemoryBug, MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { ChangedFunction, PostgresMutant } from './mutated-postgres.js'

const merge = 'mergeConversations'
const unmerge = 'unmergeConversations'
const oneThread = 'makes one thread of two, in which no message changes its number and no row moves'
const readOn = 'keeps what was read of each, and reads on in both by one number'
const targets = 'lets receipts, edits, deletions and reactions of the lost customer find their messages'
const oldId = 'lets the lost id lead to the kept conversation for reads and for every write, and says so'
const walks = 'lets a walk over either go on where it was, whenever the merge comes'
const livelier = 'takes the livelier status of the two'
const rivals = 'makes no conversation active beside another one of its customer'
const chains = 'follows chains, and makes no circle'
const backAgain = 'puts both back as they were, but for their versions'
const history = 'counts history of the lost customer that comes live by the horizon of its own part'
const shown = 'shows the last message of both when the one that is shown folds into another conversation'
const fromItsEnd = 'undoes a chain from its end, with every number as it was'
const anew = 'is undone once by 8 callers, and merges anew after that'

/** Stores another row of a conversation that gets a part than was decided on. */
export function atMerge(change: (row: ConversationRow, before: ConversationRow) => Partial<ConversationRow>): MemoryBug {
  return { update: (row, before) => (row.parts.length > before.parts.length ? { ...row, ...change(row, before) } : row) }
}

function withParts(change: (part: MergedPart) => Partial<MergedPart>): MemoryBug {
  return atMerge(({ parts }) => ({ parts: parts.map((part) => ({ ...part, ...change(part) })) }))
}

/** Bugs of merges in the memory adapter. The planner has most of these rules for MongoDB too. */
export const memoryMergeMutants: readonly MemoryMutant[] = [
  {
    bug: 'what was unread of the lost conversation counts no more',
    subject: merge,
    caughtBy: oneThread,
    ...atMerge((_, before) => ({ unreadCount: before.unreadCount })),
  },
  {
    bug: 'the messages of the lost conversation have its numbers',
    subject: merge,
    caughtBy: oneThread,
    ...withParts(() => ({ seqBase: 0 })),
  },
  {
    bug: 'the events of the lost conversation have its numbers',
    subject: merge,
    caughtBy: 'lists the events of both, and a reader of either goes on without missing one',
    ...withParts(() => ({ eventBase: 0 })),
  },
  {
    bug: 'what was read of the lost conversation is forgotten',
    subject: unmerge,
    caughtBy: backAgain,
    ...withParts(() => ({ readSeq: 0 })),
  },
  {
    bug: 'the kept conversation stays as lively as it was',
    subject: merge,
    caughtBy: livelier,
    ...atMerge((_, { status, closedAt, snoozedUntil, statusChangedAt }) => ({ status, closedAt, snoozedUntil, statusChangedAt })),
  },
  {
    bug: 'the newer message of the lost conversation is not shown',
    subject: merge,
    caughtBy: 'counts what comes after it, and takes the newer preview',
    ...atMerge((_, { lastMessageAt, lastMessagePreview }) => ({ lastMessageAt, lastMessagePreview })),
  },
  {
    bug: 'events do not find the conversation into which that of their message was merged',
    subject: merge,
    caughtBy: targets,
    world: (_, account) => ({ conversation: (id) => account.conversations.rows.get(id) ?? null }),
  },
  {
    bug: 'the lost id leads nowhere',
    subject: merge,
    caughtBy: oldId,
    call: async ({ name, send }) => (name === 'findRedirect' ? null : send()),
  },
  {
    bug: 'a cursor of the lost conversation goes on at its own number',
    subject: merge,
    caughtBy: walks,
    async call({ name, send }) {
      const answer = await send()
      if (name !== 'findRedirect' || answer === null) return answer
      const parts: readonly object[] = Reflect.get(Object(answer), 'parts')
      return { ...Object(answer), parts: parts.map((part) => ({ ...part, seqBase: 0 })) }
    },
  },
  {
    bug: 'a number of the lost conversation reads in the kept one',
    subject: merge,
    caughtBy: 'reads one part alone by a number of the lost conversation',
    call: ({ name, input, send }) => (name === 'markRead' ? send({ ...Object(input), part: null }) : send()),
  },
]

type Bug = Pick<PostgresMutant, 'bug' | 'subject' | 'caughtBy'> & ChangedFunction

const bugs: readonly Bug[] = [
  {
    bug: 'what was unread of the lost conversation counts no more',
    subject: merge,
    caughtBy: oneThread,
    name: 'hold_conversation',
    replace: 'unread_count = k.unread_count + l.unread_count',
    by: 'unread_count = k.unread_count',
  },
  {
    bug: 'the messages of the lost conversation have its numbers',
    subject: merge,
    caughtBy: oneThread,
    name: 'hold_conversation',
    replace: "'seq_base', k.last_seq,",
    by: "'seq_base', 0,",
  },
  {
    bug: 'the kept conversation stays as lively as it was',
    subject: merge,
    caughtBy: livelier,
    name: 'hold_conversation',
    replace: 'status = case when v_is_livelier then l.status else k.status end',
    by: 'status = k.status',
  },
  {
    bug: 'nobody asks for another active conversation of the customer',
    subject: merge,
    caughtBy: rivals,
    name: 'merge_prepared',
    replace: "outcome := case when other_id is not null then 'active' end;",
    by: 'outcome := null;',
  },
  {
    bug: 'what led to the lost conversation still does',
    subject: merge,
    caughtBy: chains,
    name: 'hold_conversation',
    replace: 'r.kept_id = l.id and',
    by: 'false and',
  },
  {
    bug: 'events do not find the conversation into which that of their message was merged',
    subject: merge,
    caughtBy: targets,
    name: 'apply_event',
    replace: 'if v_conversation.id is null then',
    by: 'if false then',
  },
  {
    bug: 'history that comes live counts by the horizon of the kept conversation',
    subject: merge,
    caughtBy: history,
    name: 'turn_live',
    replace: /coalesce\(\(select \(x->>'read_seq'\)[\s\S]*?v_conversation\.read_seq\)/,
    by: 'v_conversation.read_seq',
  },
  {
    bug: 'the last message is looked for in one part alone',
    subject: merge,
    caughtBy: shown,
    name: 'latest_message',
    replace: 'jsonb_array_elements(p_parts)',
    by: "jsonb_array_elements('[]'::jsonb)",
  },
  {
    bug: 'a number of the kept conversation reads as far in each part',
    subject: merge,
    caughtBy: readOn,
    name: 'mark_conversation_read',
    replace: 'p_seq - p.seq_base',
    by: 'p_seq',
  },
  {
    bug: 'a merge is undone before a later one',
    subject: unmerge,
    caughtBy: fromItsEnd,
    name: 'unmerge_conversations',
    replace: 'if other_id <> p_merge then',
    by: 'if false then',
  },
]

export const postgresMergeMutants: readonly PostgresMutant[] = bugs.map(({ bug, subject, caughtBy, ...changed }) => ({
  bug,
  subject,
  caughtBy,
  functions: [changed],
  attempts: 1,
}))

const toNone = (field: string) => (command: MongoCommand) => ({ filter: { ...command.filter, [field]: 'none' } })

export const mongoMergeMutants: readonly MongoMutant[] = [
  {
    bug: 'events do not find the conversation into which that of their message was merged',
    subject: merge,
    caughtBy: targets,
    commands: [{ of: 'conversation_merges', by: ['find'], change: toNone('accountId') }],
  },
  {
    bug: 'the lost id leads nowhere',
    subject: merge,
    caughtBy: oldId,
    commands: [{ of: 'conversation_merges', by: ['findOne'], change: toNone('lost_id') }],
  },
  {
    bug: 'a conversation forgets what it holds',
    subject: merge,
    caughtBy: oneThread,
    commands: [
      { of: 'conversations', by: ['updateOne'], change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, 'merged_parts')) }) },
    ],
  },
  {
    bug: 'the lost conversation stays',
    subject: merge,
    caughtBy: oneThread,
    commands: [{ of: 'conversations', by: ['deleteOne'], change: toNone('_id') }],
  },
  {
    bug: 'what led to the lost conversation still does',
    subject: merge,
    caughtBy: chains,
    commands: [
      {
        of: 'conversation_merges',
        by: ['bulkWrite'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => ('standing' in doc ? { ...doc, kept_id: 'none' } : doc)) }),
      },
    ],
  },
  {
    bug: 'a merge that was undone stands on',
    subject: unmerge,
    caughtBy: anew,
    commands: [
      { of: 'conversation_merges', by: ['updateOne'], change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, '$unset')) }) },
    ],
  },
]
