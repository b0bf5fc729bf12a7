import { type MongoCommand, rewritten, without } from './mutated-db.js'
import type { MongoMutant } from './mutated-mongo.js'

const links = 'linkCustomerIds'
const events = 'upsertConversationWithEvents'

/** Bugs by which one field of a row is not stored, and so the rule forgotten that goes by it. */
const forgotten = (
  [
    {
      bug: 'a person gets a second current id of a kind, because kinds are not stored',
      subject: events,
      caughtBy:
        'links nothing where a number comes with a stranger’s user id: the message is the stranger’s, and the number is not answered',
      field: 'kind',
    },
    {
      bug: 'a number that came with a stranger’s ids is answered as before',
      subject: events,
      caughtBy:
        'links nothing where a number comes with a stranger’s user id: the message is the stranger’s, and the number is not answered',
      field: 'disputed_since',
    },
    {
      bug: 'a former id is answered as before',
      subject: events,
      caughtBy: 'retires a former number, answers the new one, and finds what was said under either',
      field: 'former_since',
    },
    {
      bug: 'what was said under a number is new under it when a stranger has it',
      subject: events,
      caughtBy: 'gives a former number to the stranger who brings it, and none of what comes late moves it back',
      field: 'previous_head_id',
    },
    {
      bug: 'what the other id has stored is not looked for',
      subject: events,
      caughtBy: 'looks in what each id had before they were linked',
      field: 'scopes',
    },
    {
      bug: 'both contacts of a person stay',
      subject: links,
      caughtBy: 'makes one contact of two: the older stays, the other’s id leads to it, and what a person typed is kept',
      field: 'merged_into',
    },
  ] as const
).map(({ field, ...bug }): MongoMutant => {
  const change = ({ body }: MongoCommand) => ({ body: rewritten(body, (doc) => without(doc, field)) })
  const by = ['insertOne', 'insertMany', 'updateOne', 'bulkWrite'] as const
  // A conversation repeats what its customer's contact inbox says of the group.
  const rows = field === 'merged_into' ? (['contacts'] as const) : (['contact_inboxes', 'conversations'] as const)
  return { ...bug, commands: rows.map((of) => ({ of, by, change })) }
})

/** Bugs in how ids become one person's, and leave a person. */
export const mongoLinkMutants: readonly MongoMutant[] = [
  ...forgotten,
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
    caughtBy: 'counts no message anew that was read, and ends no wait by an answer of another conversation',
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
    caughtBy: 'keeps the older person’s conversation, merges the younger one into it, and takes over those that are closed',
    dropIndexes: [{ of: 'conversations', name: 'idx_conversations_user_phone' }],
    commands: [
      {
        of: 'conversations',
        by: ['deleteMany'],
        change: ({ filter }) => ({ filter: { ...filter, _id: 'none' } }),
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
