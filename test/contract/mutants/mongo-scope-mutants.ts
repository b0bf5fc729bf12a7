import type { Doc } from '../../../src/mongo/driver.js'
import { type MongoCommand, rewritten, without } from './mutated-db.js'
import type { MongoMutant } from './mutated-mongo.js'

const anyAccount = ({ filter }: MongoCommand) => ({ filter: without(filter, 'accountId') })

/** Bugs that let an account see or change what belongs to another one. */
export const mongoScopeMutants: readonly MongoMutant[] = [
  {
    bug: 'a find goes by the id without the account',
    subject: 'findConversation',
    caughtBy: 'answers null for an unknown id and for another account’s',
    commands: [{ of: 'conversations', by: ['findOne'], change: anyAccount }],
  },
  {
    bug: 'a list of messages goes by the conversation without the account',
    subject: 'listMessages',
    caughtBy: 'keeps conversations, accounts and cursors apart',
    commands: [
      { of: 'messages', by: ['find'], change: anyAccount },
      { of: 'conversations', by: ['findOne'], change: anyAccount },
    ],
  },
  {
    bug: 'a close goes by the id without the account',
    subject: 'closeConversation',
    caughtBy: 'does not find another account’s conversation',
    commands: [{ of: 'conversations', by: ['findOneAndUpdate'], change: anyAccount }],
  },
  {
    bug: 'the customer of a write is looked up without the account',
    subject: 'upsertConversation',
    caughtBy: 'keeps the same customer of the same oaId apart under two accounts',
    commands: [
      {
        of: 'contact_inboxes',
        by: ['aggregate'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => ('oa_id' in doc ? without(doc, 'accountId') : doc)) }),
      },
    ],
  },
  {
    bug: 'due conversations are looked for in every account',
    subject: 'wakeDue',
    caughtBy: 'wakes no other account’s conversations, and refuses a limit that is none',
    commands: [
      {
        of: 'conversations',
        by: ['aggregate'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => (doc.status === 'snoozed' ? without(doc, 'accountId') : doc)) }),
      },
    ],
  },
  {
    bug: 'a channel identity is owned by whoever connects it last',
    subject: 'connectInbox',
    caughtBy: 'refuses a channel identity that another account has, until that one disconnects it',
    commands: [
      { of: 'inbox_owners', by: ['findOne'], change: ({ filter }) => ({ filter: { ...filter, accountId: 'nobody' } }) },
      {
        of: 'inbox_owners',
        by: ['updateOne'],
        change: ({ filter, body }) => ({
          filter: without(filter, 'accountId'),
          body: { $set: { ...((body as Doc).$set as Doc), accountId: filter.accountId } },
        }),
      },
    ],
  },
  {
    bug: 'a disconnected inbox keeps its owner, who is looked for by another key',
    subject: 'disconnectInbox',
    caughtBy: 'gives the channel identity up, and says when',
    commands: [
      {
        of: 'inbox_owners',
        by: ['deleteOne'],
        change: ({ filter }) => {
          const { oa_id, channel } = filter._id as Doc
          return { filter: { ...filter, _id: `${channel}/${oa_id}` } }
        },
      },
    ],
  },
]
