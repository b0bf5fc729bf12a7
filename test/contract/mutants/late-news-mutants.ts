import { around } from './call-bugs.js'
import { rewritten, without } from './mutated-db.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { PostgresMutant } from './mutated-postgres.js'

const stayingAhead = {
  subject: 'recordHistoryProgress',
  caughtBy: 'never moves back, in whatever order and however often the bodies come',
} as const
const keepingPlaces = { subject: 'recordHistoryProgress', caughtBy: 'keeps how far a history is, and when it moved' } as const
const keepingErrors = {
  subject: 'recordHistoryProgress',
  caughtBy: 'keeps why a channel sends nothing until the history moves on',
} as const
const editing = {
  bug: 'a deleted message does not hear of its edit',
  subject: 'upsertConversationWithEvents',
  caughtBy: 'tells that a message was edited that is gone, whichever of the two comes first',
} as const
const naming = {
  bug: 'a merge loses the name of the customer',
  subject: 'linkCustomerIds',
  caughtBy: 'keeps the customer’s name, whichever of the two conversations had it',
} as const

/** Bugs in memory by which the end depends on the order in which things come. */
export const memoryLateNewsMutants: readonly MemoryMutant[] = [
  {
    bug: 'a late body takes a history back',
    ...stayingAhead,
    ...around('recordHistoryProgress', (input, send, { database }) => {
      const { people } = database.account(input.accountId)
      const row = people.inboxes.get(input.oaId)
      if (row !== undefined) people.putInbox({ ...row, history: null })
      return send(input)
    }),
  },
  {
    ...editing,
    world: (world) => ({
      putMessage(row) {
        const isLate = row.deletedAt !== null && world.message(row.id)?.deletedAt !== null
        world.putMessage(isLate ? { ...row, editedAt: world.message(row.id)?.editedAt ?? null } : row)
      },
    }),
  },
  { ...naming, update: (row, before) => (row.parts.length > before.parts.length ? { ...row, customerName: before.customerName } : row) },
]

/** The same in PostgreSQL's functions and statements. */
export const postgresLateNewsMutants: readonly PostgresMutant[] = [
  {
    bug: 'a late body takes a history back',
    ...stayingAhead,
    statements: [{ replace: /greatest\(b\.history_progress, (\$\d+::integer)\)/, by: 'coalesce($1, b.history_progress)' }],
    attempts: 1,
  },
  {
    bug: 'a history that moves on keeps its error',
    ...keepingErrors,
    statements: [{ replace: /then null else b\.history_error end/, by: 'then b.history_error else b.history_error end' }],
    attempts: 1,
  },
  {
    ...editing,
    functions: [
      {
        name: 'apply_event',
        replace: "> (m.edit_number, coalesce(m.edited_at, '-infinity'))",
        by: "> (m.edit_number, coalesce(m.edited_at, '-infinity')) and m.deleted_at is null",
      },
    ],
    attempts: 1,
  },
  {
    ...naming,
    functions: [{ name: 'hold_conversation', replace: 'coalesce(k.customer_name, l.customer_name)', by: 'k.customer_name' }],
    attempts: 1,
  },
]

/** The same in what is sent to MongoDB. */
export const mongoLateNewsMutants: readonly MongoMutant[] = [
  {
    bug: 'the place that a history has come to is not written',
    ...keepingPlaces,
    commands: [
      {
        of: 'inboxes',
        by: ['updateOne'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, 'history_chunk_order')) }),
      },
    ],
  },
  {
    ...editing,
    commands: [
      {
        of: 'messages',
        by: ['updateOne', 'bulkWrite'],
        change: ({ body }) => ({
          body: rewritten(body, (doc) => ('edited_at' in doc && !('text' in doc) ? without(doc, 'edited_at') : doc)),
        }),
      },
    ],
  },
  {
    ...naming,
    commands: [
      {
        of: 'conversations',
        by: ['updateOne', 'bulkWrite'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => ('merged_parts' in doc ? without(doc, 'customer_name') : doc)) }),
      },
    ],
  },
]
