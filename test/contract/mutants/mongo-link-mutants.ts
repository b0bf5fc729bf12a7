import { rewritten, without } from './mutated-db.js'
import type { MongoMutant } from './mutated-mongo.js'

const links = 'linkCustomerIds'
const events = 'upsertConversationWithEvents'

/** Bugs in how ids become one person's, and leave a person. */
export const mongoLinkMutants: readonly MongoMutant[] = [
  {
    bug: 'a command goes by the head that its process remembers, and does not ask the conversation',
    subject: events,
    caughtBy: 'goes by an id to the person who has it now, however often it led to another one',
    commands: [
      {
        of: 'conversations',
        by: ['findOneAndUpdate', 'findOne', 'aggregate'],
        change: ({ filter, body }) => ({
          filter: without(filter, 'group.aliases.customer_id'),
          body: rewritten(body, (doc) => without(doc, 'group.aliases.customer_id')),
        }),
      },
    ],
  },
  {
    bug: 'copies of a message are looked for by the channel’s id alone',
    subject: links,
    caughtBy: 'makes one message of two that came under both ids, with what happened to either',
    commands: [
      {
        of: 'messages',
        by: ['aggregate'],
        change: ({ body }) => ({
          body: rewritten(body, (doc) => ('foreignField' in doc ? { ...doc, foreignField: 'no_field' } : doc)),
        }),
      },
    ],
  },
  {
    bug: 'the younger of two active conversations stays active',
    subject: links,
    caughtBy: 'keeps the older person’s conversation active and closes the younger one as it is',
    dropIndexes: [{ of: 'conversations', name: 'idx_conversations_user_phone' }],
    commands: [
      {
        of: 'conversations',
        by: ['updateOne', 'bulkWrite'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, 'active')) }),
      },
    ],
  },
  {
    bug: 'a person’s heads stay apart, because the younger one is not made an alias',
    subject: links,
    caughtBy: 'makes two ids one person’s: each finds the conversation, also before and after anything was said',
    commands: [
      {
        of: 'contact_inboxes',
        by: ['insertMany', 'bulkWrite', 'updateOne'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, 'canonical_id')) }),
      },
    ],
  },
]
