import type { Doc } from '../../../src/mongo/driver.js'
import { rewritten, without } from './mutated-db.js'
import type { MongoMutant } from './mutated-mongo.js'

/** Bugs that show only when several callers come at the same time. */
export const mongoRaceMutants: readonly MongoMutant[] = [
  {
    bug: 'a customer may be known twice, with two active conversations',
    subject: 'upsertConversation',
    caughtBy: 'gives 50 concurrent callers one conversation and exactly one of them `created`',
    dropIndexes: [
      { of: 'contact_inboxes', name: 'idx_contact_inboxes_customer' },
      { of: 'conversations', name: 'idx_conversations_user_phone' },
    ],
    processes: 8,
    attempts: 5,
  },
  {
    bug: 'no index says whose a username is',
    subject: 'upsertConversation',
    caughtBy: 'opens one conversation for 25 concurrent ids of a username that nobody had yet',
    dropIndexes: [{ of: 'conversations', name: 'idx_conversations_username' }],
    attempts: 5,
  },
  {
    bug: 'a change by version does not look whether another was faster',
    subject: 'markRead',
    caughtBy: 'gives each of 25 concurrent readers of one seq each its own version, or none',
    commands: [{ of: 'conversations', by: ['updateOne'], change: ({ filter }) => ({ filter: without(filter, 'version') }) }],
    delayMs: 5,
    attempts: 5,
  },
  {
    bug: 'what waits does not lock the conversation that its message would go to',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'applies an edit, a reaction and a receipt that race with their message',
    commands: (['contact_inboxes', 'conversations'] as const).map((of) => ({
      of,
      by: ['updateOne', 'bulkWrite'],
      change: ({ body }) => ({ body: rewritten(body, withoutLock) }),
    })),
    processes: 8,
    delayMs: 5,
    attempts: 5,
  },
  {
    bug: 'calls that are written together lose the message of the last one',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'gives 50 concurrent first messages one conversation, seq 1 to 50, unread 50 and version 49',
    commands: [
      {
        of: 'messages',
        by: ['insertMany'],
        change: ({ body }) => ({ body: (body as Doc[]).length > 1 ? (body as Doc[]).slice(0, -1) : body }),
      },
    ],
  },
  {
    bug: 'due conversations are woken outside of a transaction, whoever else has woken them',
    subject: 'wakeDue',
    caughtBy: 'wakes each once when 10 callers come at the same time',
    commands: [
      { of: 'conversations', by: ['aggregate'], change: ({ options }) => ({ options: without(options, 'session') }) },
      {
        of: 'conversations',
        by: ['bulkWrite'],
        change: ({ body, options }) => ({
          body: rewritten(body, (doc) => ('version' in doc && '_id' in doc ? without(doc, 'version') : doc)),
          options: without(options, 'session'),
        }),
      },
    ],
    delayMs: 5,
    attempts: 5,
  },
]

/** Bugs in what several commands write on a standalone server. */
export const mongoStandaloneMutants: readonly MongoMutant[] = [
  {
    bug: 'a contact inbox takes a channel whichever it has got since it was read',
    subject: 'upsertConversation',
    caughtBy: 'gives 20 concurrent first calls on different channels one of them, which the next conversation has too',
    commands: [{ of: 'contact_inboxes', by: ['updateOne'], change: ({ filter }) => ({ filter: without(filter, 'channel') }) }],
    processes: 8,
    delayMs: 5,
    attempts: 5,
  },
  {
    bug: 'a slower call gives the contact a name that the conversation no longer has',
    subject: 'upsertConversation',
    caughtBy: 'gives a contact and its conversation one name, whichever of 20 concurrent callers comes last',
    commands: [{ of: 'contacts', by: ['updateOne'], change: ({ filter }) => ({ filter: without(filter, 'named_by') }) }],
    processes: 8,
    delayMs: 5,
    attempts: 5,
  },
]

/**
 * Removes the lock from an update. An update that only locked then changes nothing, because `$setOnInsert` has no
 * effect on a document that exists.
 */
function withoutLock(doc: Doc): Doc {
  if (!('$inc' in doc)) return doc
  const others = without(doc, '$inc')
  return Object.keys(others).length === 0 ? { $setOnInsert: { lock: 0 } } : others
}
