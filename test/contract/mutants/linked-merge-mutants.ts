import { rewritten } from './mutated-db.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { ChangedFunction, PostgresMutant } from './mutated-postgres.js'

const links = 'linkCustomerIds'
const older = 'keeps the older person’s conversation, merges the younger one into it, and takes over those that are closed'
const merges = 'merges the younger active conversation of two people into the older one’s when a message proves that they are one'
const comesBackClosed = 'brings what was merged so back closed also after the kept one was closed, and after a later merge is undone first'
const alone = 'leaves the lost customer alone: what is known stays known, and the next message opens a conversation'
const sentAgain = 'answers a call that is sent again as the lost reply would have'

/** Bugs of merges that come of ids which turn out to be one person's. */
export const memoryLinkedMergeMutants: readonly MemoryMutant[] = [
  {
    bug: 'a replay finds no conversation where its customer has none',
    subject: 'mergeConversations',
    caughtBy: alone,
    world: (_, account) => ({ conversation: (id) => account.conversations.rows.get(id) ?? null }),
  },
  {
    bug: 'a call that is sent again does not know that it has merged',
    subject: links,
    caughtBy: sentAgain,
    update: (row) => ({
      ...row,
      operations: row.operations.map((mark) => (mark.outcome === 'merged' ? { ...mark, outcome: 'updated' } : mark)),
    }),
  },
  {
    bug: 'what was merged comes back as open as it was',
    subject: links,
    caughtBy: comesBackClosed,
    world: (world) => ({ putMerge: (row) => world.putMerge({ ...row, before: { ...row.before, status: 'closed' } }) }),
  },
  {
    bug: 'a link counts twice where it merges, in itself and in the merge',
    subject: links,
    caughtBy: merges,
    update: (row, before) => (row.parts.length > before.parts.length ? { ...row, version: row.version + 1 } : row),
  },
]

type Bug = Pick<PostgresMutant, 'bug' | 'caughtBy'> & Partial<Pick<PostgresMutant, 'subject'>> & ChangedFunction

const bugs: readonly Bug[] = [
  {
    bug: 'a replay finds no conversation where its customer has none',
    subject: 'mergeConversations',
    caughtBy: alone,
    name: 'write_round',
    replace: 'if v_result.known_in is not null then',
    by: 'if false then',
  },
  {
    bug: 'the younger conversation closes as it is',
    caughtBy: older,
    name: 'join_group',
    replace: /elsif coalesce\(jsonb_array_length[^\n]* then/,
    by: 'elsif true then',
  },
  {
    bug: 'a link merges more than a conversation can hold',
    caughtBy: 'closes the younger one as it is where the older one holds as many as it can',
    name: 'join_group',
    replace: /elsif coalesce\(jsonb_array_length[^\n]* then/,
    by: 'elsif false then',
  },
  {
    bug: 'a call does not tell that it has merged',
    caughtBy: merges,
    name: 'upsert_linking',
    replace: 'r.undone_at is null and (r.id = p_operation',
    by: 'false and (r.id = p_operation',
  },
  {
    bug: 'a link counts twice where it merges, in itself and in the merge',
    caughtBy: merges,
    name: 'hold_conversation',
    replace: 'version = k.version + p_raised',
    by: 'version = k.version + 1',
  },
  {
    bug: 'of two copies of a message the older person’s stays, though the other one was read',
    caughtBy: 'leaves a message read of which one copy was read, whichever that is',
    name: 'fold_doubles',
    replace: 'select v_double.dropped as kept, v_double.kept as dropped into v_double;',
    by: 'null;',
  },
  {
    bug: 'all merges of a call have one id',
    caughtBy: comesBackClosed,
    name: 'join_group',
    replace: "'.' || v_lost.id",
    by: "''",
  },
  {
    bug: 'what was merged comes back as open as it was',
    caughtBy: comesBackClosed,
    name: 'unmerge_conversations',
    replace: "(k.status <> 'closed' or b.status <> 'closed')",
    by: "k.status <> 'closed'",
  },
]

export const postgresLinkedMergeMutants: readonly PostgresMutant[] = bugs.map(({ bug, subject = links, caughtBy, ...changed }) => ({
  bug,
  subject,
  caughtBy,
  functions: [changed],
  attempts: 1,
}))

export const mongoLinkedMergeMutants: readonly MongoMutant[] = [
  {
    bug: 'a replay finds no conversation where its customer has none',
    subject: 'mergeConversations',
    caughtBy: alone,
    commands: [{ of: 'conversation_merges', by: ['find'], change: ({ filter }) => ({ filter: { ...filter, accountId: 'none' } }) }],
  },
  {
    bug: 'the id of the conversation that was merged leads nowhere',
    subject: links,
    caughtBy: older,
    commands: [
      {
        of: 'conversation_merges',
        by: ['insertMany'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => ('lost_id' in doc ? { ...doc, lost_id: 'none' } : doc)) }),
      },
    ],
  },
  {
    bug: 'a restored conversation waits as it did before the merge',
    subject: 'unmergeConversations',
    caughtBy: 'tells since when the customer waits by what is known of the answers now',
    commands: [
      {
        of: 'conversations',
        by: ['insertOne'],
        change: ({ body }) => ({ body: { ...Object(body), waiting_since: new Date(0) } }),
      },
    ],
  },
]
