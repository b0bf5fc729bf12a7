import { rewritten, without } from './mutated-db.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { PostgresMutant } from './mutated-postgres.js'

const foreign = 'removes no other account’s events, and refuses a limit that is none'
const age = 'drops what waited too long with any event of its customer, and with no one else’s'
const order = 'removes the longest waiting first, at most `limit` of them, and says whether there are more'
const bound = 'keeps to 1000 when one call brings more, and when facts that wait for a conversation are too many'
const byEitherId = 'finds what concerns a message among many that wait, by either of its ids, and leaves the others'

/** Bugs about what waits, in the functions and the statements of PostgreSQL. */
export const postgresWaitingMutants: readonly PostgresMutant[] = [
  {
    bug: 'the quick way passes by what waited too long',
    subject: 'upsertConversationWithEvents',
    caughtBy: age,
    functions: [{ name: 'upsert_conversation_with_events', replace: 'waiting.created_at <=', by: 'false and waiting.created_at <=' }],
    attempts: 1,
  },
  {
    bug: 'the quick way asks only for the channel’s ids of what waits',
    subject: 'upsertConversationWithEvents',
    caughtBy: byEitherId,
    functions: ['upsert_conversation_with_events', 'write_known', 'apply_waiting'].map((name) => ({
      name,
      replace: /(waiting|x)\.local_id = any/,
      by: 'false and $1.local_id = any',
    })),
    attempts: 1,
  },
  {
    bug: 'what waited too long is dropped and not counted',
    subject: 'upsertConversationWithEvents',
    caughtBy: age,
    functions: [{ name: 'drop_overdue', replace: 'c.dropped_events + dropped.events', by: 'c.dropped_events' }],
    attempts: 1,
  },
  {
    bug: 'what is too much stays',
    subject: 'upsertConversationWithEvents',
    caughtBy: bound,
    functions: [{ name: 'push_out_waiting', replace: 'offset 1000', by: 'offset 100000' }],
    attempts: 1,
  },
  {
    bug: 'the sweep begins with the youngest',
    subject: 'sweep',
    caughtBy: order,
    statements: [{ replace: 'order by e.created_at, e.id limit', by: 'order by e.created_at desc, e.id limit' }],
    attempts: 1,
  },
  {
    bug: 'the sweep looks in every account',
    subject: 'sweep',
    caughtBy: foreign,
    statements: [{ replace: /\b(?:e|ci|head|own)\.account_id = (\$\d+) and (e|ci|head|own)\./g, by: '$1::text is not null and $2.' }],
    attempts: 1,
  },
]

/** The same bugs in the commands of the MongoDB adapter. */
export const mongoWaitingMutants: readonly MongoMutant[] = [
  {
    bug: 'events that waited too long are looked for in every account',
    subject: 'sweep',
    caughtBy: foreign,
    commands: [
      {
        of: 'contact_interaction_events',
        by: ['aggregate'],
        change: ({ body, options }) => ({
          body: rewritten(body, (doc) => ('created_at' in doc && 'waiting' in doc ? without(doc, 'accountId') : doc)),
          options: without(options, 'hint'),
        }),
      },
    ],
  },
  {
    bug: 'what MongoDB drops is not counted',
    subject: 'sweep',
    caughtBy: order,
    commands: [
      {
        of: 'contact_inboxes',
        by: ['bulkWrite'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => ('dropped_events' in doc ? { dropped_events: 0 } : doc)) }),
      },
    ],
  },
  {
    bug: 'MongoDB pushes nothing out',
    subject: 'upsertConversationWithEvents',
    caughtBy: bound,
    commands: [
      {
        of: 'contact_interaction_events',
        by: ['aggregate'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => ('$skip' in doc ? { $skip: 100_000 } : doc)) }),
      },
    ],
  },
]
