import { rewritten, without } from './mutated-db.js'
import type { MongoMutant } from './mutated-mongo.js'

/** Bugs in the steps in which a long watermark marks its messages. */
export const mongoWatermarkMutants: readonly MongoMutant[] = [
  {
    bug: 'a watermark marks as many messages as one transaction may, and forgets the others',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'marks every reply that a watermark reaches before it returns, however many there are',
    commands: [
      {
        of: 'contact_inboxes',
        by: ['updateOne'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, 'left_to_mark')) }),
      },
    ],
  },
  {
    bug: 'a watermark that marks in steps takes a read message for a delivered one',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'gives a reply the time of the first of two watermarks of one call that reach it, and never downgrades it by a third',
    commands: [
      {
        of: 'messages',
        by: ['updateMany'],
        change: ({ body }) => ({
          body: rewritten(body, (doc) => (Array.isArray(doc.$cond) && doc.$cond[1] === 'read' ? { $literal: 'delivered' } : doc)),
        }),
      },
    ],
  },
  {
    bug: 'the replies that a watermark of a bulk of several customers reaches are taken for none',
    subject: 'bulkUpsertConversationsWithEvents',
    caughtBy: 'applies what an item says of stored messages also beside a customer that is new',
    commands: [
      {
        of: 'messages',
        by: ['aggregate'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => ('awaits' in doc ? { ...doc, awaits: 'nothing' } : doc)) }),
      },
    ],
  },
]
