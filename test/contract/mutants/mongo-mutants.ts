import type { Doc } from '../../../src/mongo/driver.js'
import { type MongoCommand, rewritten, without } from './mutated-db.js'
import type { MongoMutant } from './mutated-mongo.js'

const noTransaction = ({ options }: MongoCommand) => ({ options: without(options, 'session') })

/** Removes one field from the projection that the adapter sends. */
function withoutProjected(field: string) {
  return ({ options }: MongoCommand) => ({ options: { ...options, projection: without(options.projection as Doc, field) } })
}

/** Bugs that a single caller meets within one account. */
export const mongoMutants: readonly MongoMutant[] = [
  {
    bug: 'a change in place does not ask for the version that is expected',
    subject: 'updateConversation',
    caughtBy: 'refuses a stale version and leaves the row untouched',
    commands: [
      {
        of: 'conversations',
        by: ['findOneAndUpdate'],
        change: ({ body }) => ({
          body: rewritten(body, (doc) => (Array.isArray(doc.$eq) && doc.$eq[0] === '$version' ? { $eq: [1, 1] } : doc)),
        }),
      },
    ],
  },
  {
    bug: 'a closed conversation stays in the index of the active ones',
    subject: 'findByOaAndCustomer',
    caughtBy: 'finds the active conversation, snoozed ones too, and none that is closed',
    commands: [
      {
        of: 'conversations',
        by: ['findOneAndUpdate'],
        change: ({ body }) => ({
          body: rewritten(body, (doc) => (Array.isArray(doc.$cond) && doc.$cond[1] === '$$REMOVE' ? doc.$cond[2] : doc)),
        }),
      },
    ],
  },
  {
    bug: 'a reopened conversation does not get into the index of the active ones',
    subject: 'reopenConversation',
    caughtBy: 'opens one from before the customer became an alias as the canonical customer’s, of which there is one',
    commands: [
      {
        of: 'conversations',
        by: ['updateOne'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, 'active')) }),
      },
    ],
  },
  {
    bug: 'a text is put into a pipeline without $literal',
    subject: 'updateNickname',
    caughtBy: 'keeps $, ., quotes, emoji and combining marks; removes U+0000 and lone surrogates',
    commands: [
      {
        of: 'conversations',
        by: ['findOneAndUpdate'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => (typeof doc.$literal === 'string' ? doc.$literal : doc)) }),
      },
    ],
  },
  {
    bug: 'metadata is merged into what is there',
    subject: 'upsertConversation',
    caughtBy: 'replaces metadata as a whole',
    commands: [
      {
        of: 'conversations',
        by: ['findOneAndUpdate'],
        change: ({ body }) => ({
          body: rewritten(body, (doc) => ('metadata' in doc ? { ...doc, metadata: { $mergeObjects: ['$metadata', doc.metadata] } } : doc)),
        }),
      },
    ],
  },
  {
    bug: 'only the last operation is remembered',
    subject: 'COMMIT_OUTCOME_UNKNOWN',
    caughtBy: 'is not said of a change that 15 younger ones have followed',
    commands: [
      {
        of: 'conversations',
        by: ['findOneAndUpdate'],
        change: ({ body }) => ({
          body: rewritten(body, (doc) => (Array.isArray(doc.$slice) ? { $slice: [doc.$slice[0], -1] } : doc)),
        }),
      },
    ],
  },
  {
    bug: 'an update sets the operations and does not add to them',
    subject: 'COMMIT_OUTCOME_UNKNOWN',
    caughtBy: 'knows a lost operation after its conversation was closed',
    commands: [
      {
        of: 'conversations',
        by: ['findOneAndUpdate'],
        change: ({ body }) => ({
          body: rewritten(body, (doc) => (Array.isArray(doc.$concatArrays) ? doc.$concatArrays.at(-1) : doc)),
        }),
      },
    ],
  },
  {
    bug: 'the channel overwrites a name that a person typed',
    subject: 'updateConversation',
    caughtBy: 'names the contact by customerName, unless a person typed a name',
    commands: [{ of: 'contacts', by: ['updateOne'], change: ({ filter }) => ({ filter: without(filter, 'name_source') }) }],
  },
  {
    bug: 'outbound messages are counted as unread',
    subject: 'markRead',
    caughtBy: 'reads up to a seq and counts the inbound messages past it exactly',
    commands: [{ of: 'messages', by: ['countDocuments'], change: ({ filter }) => ({ filter: without(filter, 'direction') }) }],
  },
  {
    bug: 'a projection drops what a message answers to',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'stores attachments, sender, replyTo and metadata as they were given',
    commands: [{ of: 'messages', by: ['find', 'findOne'], change: withoutProjected('reply_to') }],
  },
  {
    bug: 'a projection drops the payload of an event',
    subject: 'listEvents',
    caughtBy: 'says of an event what it was and to what',
    commands: [{ of: 'contact_interaction_events', by: ['find'], change: withoutProjected('payload') }],
  },
  {
    bug: 'an alias is not resolved, for a projection drops whom it stands for',
    subject: 'findByOaAndCustomer',
    caughtBy: 'finds by an alias what its customer has, closed ones too',
    commands: [{ of: 'contact_inboxes', by: ['findOne'], change: ({ options }) => ({ options: { ...options, projection: { _id: 1 } } }) }],
  },
  {
    bug: 'a write takes an alias for a customer of its own',
    subject: 'upsertConversation',
    caughtBy: 'opens the next conversation under the canonical customer, whichever id comes',
    commands: [
      {
        of: 'contact_inboxes',
        by: ['aggregate'],
        change: ({ body }) => ({ body: [...(body as Doc[]), { $unset: ['canonical_id', 'own.canonical_id'] }] }),
      },
    ],
  },
  {
    bug: 'aliases of an alias stay behind, for they are looked for by their own id',
    subject: 'upsertConversation',
    caughtBy: 'moves aliases along when the customer they stand for becomes an alias',
    commands: [
      {
        of: 'contact_inboxes',
        by: ['aggregate'],
        change: ({ body }) => ({
          body: rewritten(body, (doc) =>
            typeof doc.canonical_id === 'string' ? { ...without(doc, 'canonical_id'), _id: doc.canonical_id } : doc,
          ),
        }),
      },
    ],
  },
  {
    bug: 'the first closed conversation is taken for the latest',
    subject: 'upsertConversation',
    caughtBy: 'reopens the latest of several closed conversations',
    commands: [
      {
        of: 'contact_inboxes',
        by: ['aggregate'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => ('created_at' in doc ? { ...doc, created_at: 1, _id: 1 } : doc)) }),
      },
    ],
  },
  {
    bug: 'a cursor skips the first message of the next page',
    subject: 'listMessages',
    caughtBy: 'gives every message once by seq, oldest or newest first, whatever the page size',
    commands: [
      {
        of: 'messages',
        by: ['find'],
        change: ({ filter }) => ({
          filter: rewritten(filter, (doc) => (typeof doc.$gt === 'number' ? { ...doc, $gt: doc.$gt + 1 } : doc)) as Doc,
        }),
      },
    ],
  },
  {
    bug: 'what waits for a message stays waiting',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'applies what waits beside an open conversation when its message comes, and shows it',
    commands: [
      {
        of: 'conversations',
        by: ['aggregate'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => (doc.waiting === true ? { ...doc, waiting: 'yes' } : doc)) }),
      },
    ],
  },
  {
    bug: 'a conversation that loses its shown echo shows the first message that is left',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'takes an echo out of a later conversation, which then shows its latest message again',
    commands: [
      {
        of: 'messages',
        by: ['aggregate'],
        change: ({ body }) => ({
          body: rewritten(body, (doc) => (doc.occurred_at === -1 && doc.seq === -1 ? { occurred_at: -1, seq: 1 } : doc)),
        }),
      },
    ],
  },
  {
    bug: 'messages are written outside of the transaction',
    subject: 'using',
    caughtBy: 'leaves nothing when the host rolls back',
    commands: [{ of: 'messages', by: ['insertMany', 'bulkWrite'], change: noTransaction }],
  },
  {
    bug: 'a write reads outside of its transaction',
    subject: 'using',
    caughtBy: 'writes in the host’s transaction: all of it is there once the host commits',
    commands: [{ of: 'contact_inboxes', by: ['aggregate'], change: noTransaction }],
  },
]
