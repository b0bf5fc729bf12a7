import { type MongoCommand, rewritten } from './mutated-db.js'
import type { MongoMutant } from './mutated-mongo.js'

const subject = 'upsertConversationWithEvents'
const bothIds = 'takes a postback and a referral for duplicates under the other id'
const beforeTheLink = 'looks in what each id had before they were linked'
const byTheConversation = 'finds what was stored under either id by the conversation, once and again'
const chats = 'keeps the message ids of each id apart on Telegram, where they are unique within a chat only'

const asOtherChannel = ({ body }: MongoCommand) => ({
  body: rewritten(body, (doc) => (doc.channel === 'telegram' ? { ...doc, channel: 'other' } : doc)),
})

/** Bugs in how the several ids of one customer are looked up. */
export const mongoGroupMutants: readonly MongoMutant[] = [
  {
    bug: 'what is stored of a customer is looked for under the id of the head alone',
    subject,
    caughtBy: beforeTheLink,
    commands: [
      {
        of: 'contact_inboxes',
        by: ['aggregate'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => ('$reduce' in doc ? { $literal: [] } : doc)) }),
      },
    ],
  },
  {
    bug: 'what is stored of a customer is looked for under the exact id alone',
    subject,
    caughtBy: bothIds,
    commands: [
      {
        of: 'contact_inboxes',
        by: ['aggregate'],
        change: ({ body }) => ({
          body: rewritten(body, (doc) => (doc.localField === 'scope_ids' ? { ...doc, localField: 'own_ids' } : doc)),
        }),
      },
    ],
  },
  {
    bug: 'the quick way of a customer with several ids goes by the id of the conversation',
    subject,
    caughtBy: byTheConversation,
    commands: [
      {
        of: 'conversations',
        by: ['aggregate'],
        change: ({ body }) => ({
          body: rewritten(body, (doc) => (doc.localField === 'group.scopes' ? { ...doc, localField: 'contact_inbox_id' } : doc)),
        }),
      },
    ],
  },
  {
    bug: 'a message is found under the head alone',
    subject,
    caughtBy: beforeTheLink,
    commands: [
      { of: 'contact_inboxes', by: ['findOne'], change: ({ options }) => ({ options: { ...options, projection: { scopes: 0 } } }) },
    ],
  },
  {
    bug: 'telegram is taken for a channel like the others',
    subject,
    caughtBy: chats,
    commands: (['contact_inboxes', 'conversations'] as const).map((of) => ({
      of,
      by: ['updateOne', 'bulkWrite', 'insertMany'],
      change: asOtherChannel,
    })),
  },
]
