import { atMerge } from './merge-mutants.js'
import { rewritten, without } from './mutated-db.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { PostgresMutant } from './mutated-postgres.js'

const merge = 'mergeConversations'
const unmerge = 'unmergeConversations'
const lostChange = 'knows a lost change after its conversation was merged away'
const forgottenThere = 'never applies a lost change twice whose conversation was merged away since, and that was forgotten there'
const sentToBoth = 'never applies a change to the restored one that came to the kept one by its id, and is sent again'

/** Bugs in what a merge, and its undoing, do with the operations that the two conversations remember. */
export const memoryMergedMarksMutants: readonly MemoryMutant[] = [
  {
    bug: 'what the lost conversation remembers of its operations is forgotten',
    subject: merge,
    caughtBy: lostChange,
    ...atMerge((_, { operations }) => ({ operations })),
  },
  {
    bug: 'a change that goes on to the kept conversation does not say that its reply was lost',
    subject: merge,
    caughtBy: forgottenThere,
    call: ({ name, input, send }) => (name === 'updateConversation' ? send({ ...Object(input), firstSentAt: null }) : send()),
  },
  {
    bug: 'the restored conversation answers for nothing that came to the kept one',
    subject: unmerge,
    caughtBy: sentToBoth,
    async call({ name, send }, { database, accountIds }) {
      const answer = await send()
      for (const { conversations } of name === unmerge ? [...accountIds].map(database.account) : []) {
        for (const row of conversations.rows.values()) conversations.put({ ...row, droppedUntil: null })
      }
      return answer
    },
  },
]

export const postgresMergedMarksMutants: readonly PostgresMutant[] = [
  {
    bug: 'what the lost conversation remembers of its operations is forgotten',
    subject: merge,
    caughtBy: lostChange,
    functions: [
      { name: 'hold_conversation', replace: /"?\w*"?\."?joined_operations"?\(k\.operations, l\.operations\)/, by: 'k.operations' },
    ],
    attempts: 1,
  },
  {
    bug: 'the restored conversation answers for nothing that came to the kept one',
    subject: unmerge,
    caughtBy: sentToBoth,
    functions: [{ name: 'unmerge_conversations', replace: 'l.operations[1] := greatest(', by: 'l.operations[1] := least(' }],
    attempts: 1,
  },
]

export const mongoMergedMarksMutants: readonly MongoMutant[] = [
  {
    bug: 'what the lost conversation remembers of its operations is forgotten',
    subject: merge,
    caughtBy: lostChange,
    commands: [
      { of: 'conversations', by: ['updateOne'], change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, 'operations')) }) },
    ],
  },
  {
    bug: 'the restored conversation answers for nothing that came to the kept one',
    subject: unmerge,
    caughtBy: sentToBoth,
    commands: [
      { of: 'conversations', by: ['insertOne'], change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, 'dropped_until')) }) },
    ],
  },
]
