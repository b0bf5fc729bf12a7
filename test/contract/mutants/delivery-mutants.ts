import { type CommandBug, rewritten, without } from './mutated-db.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { PostgresMutant } from './mutated-postgres.js'

const subject = 'upsertConversationWithEvents'
const clocks = 'takes a reply for failed when the channel says so, even if its clock lies before the host’s'
const lowering = 'lowers sentAt to an echo’s time and asks the watermarks again, in whatever order they and the sending come'
const lowered = 'asks the watermarks again when a receipt says that a reply was sent before'
const failing = 'ends failed in whatever order the sending, the echo, a watermark and the failure come'
const receiving = 'believes a delivery that comes after a watermark had told it already, when a failure follows'
const refusing = 'takes a refusal back by a later sending alone, whatever an echo’s clock says, in any order'
const marking = 'takes a read mark back that a watermark gave a reply before its failure was known, however the reply was stored'

/** Bugs in what memory keeps of the delivery of messages. */
export const memoryDeliveryMutants: readonly MemoryMutant[] = [
  {
    bug: 'a failure is not believed that is older than the sending',
    subject,
    caughtBy: clocks,
    world: (world) => ({
      putMessage(row) {
        const isOlder = row.failedAt !== null && row.sentAt !== null && row.failedAt < row.sentAt
        world.putMessage(isOlder && row.status === 'failed' ? { ...row, status: 'sent' } : row)
      },
    }),
  },
  {
    bug: 'an echo of a known message tells nothing',
    subject,
    caughtBy: lowering,
    world: (world) => ({
      putMessage(row) {
        const before = world.message(row.id)
        const isEcho = before !== null && before.messageId !== null && before.sentAt !== row.sentAt
        if (!isEcho) world.putMessage(row)
      },
    }),
  },
  {
    bug: 'a message that was sent before asks no watermark',
    subject,
    caughtBy: lowered,
    world: (world) => ({
      putMessage(row) {
        const before = world.message(row.id)
        const isAsked = before !== null && before.messageId !== null && before.sentAt !== row.sentAt && before.deliveredAt === null
        world.putMessage(isAsked && row.status !== 'failed' ? { ...row, deliveredAt: null, readAt: null, status: 'sent' } : row)
      },
    }),
  },
  {
    bug: 'a failed message stays read up to a watermark',
    subject,
    caughtBy: marking,
    world: (world) => ({
      putMessage(row) {
        const readAt = row.readAt ?? world.message(row.id)?.readAt ?? null
        world.putMessage(readAt === row.readAt ? row : { ...row, readAt, status: 'read' })
      },
    }),
  },
  {
    bug: 'a delivery that a watermark had told before is forgotten',
    subject,
    caughtBy: receiving,
    world: (world) => ({
      putMessage: (row) => world.putMessage({ ...row, isMarked: row.isMarked || world.message(row.id)?.isMarked === true }),
    }),
  },
  {
    bug: 'a refusal is judged by the echo’s clock',
    subject,
    caughtBy: refusing,
    world: (world) => ({ putMessage: (row) => world.putMessage({ ...row, acceptedAt: null }) }),
  },
]

/** Bugs in the functions of the database. */
export const postgresDeliveryMutants: readonly PostgresMutant[] = [
  {
    bug: 'the database believes no failure that is older than the sending',
    subject,
    caughtBy: clocks,
    functions: [{ name: 'note_delivery', replace: '(n.is_bounced or n.accepted_at is null', by: '(n.accepted_at is null' }],
    attempts: 1,
  },
  {
    bug: 'the database looks at no echo of a known message',
    subject,
    caughtBy: lowering,
    functions: [{ name: 'write_round', replace: 'told.sent_at > probed.occurred_at', by: 'false' }],
    attempts: 1,
  },
  {
    bug: 'the database asks no watermark again',
    subject,
    caughtBy: lowered,
    functions: [{ name: 'note_delivery', replace: 'v_inbox.delivered_up_to >= n.sent_at', by: 'false' }],
    attempts: 1,
  },
  {
    bug: 'a watermark marks replies as if each had a receipt',
    subject,
    caughtBy: failing,
    functions: [{ name: 'apply_event', replace: 'm.is_marked or m.delivered_at is null and m.read_at is null', by: 'm.is_marked' }],
    attempts: 1,
  },
  {
    bug: 'a reply is stored as if it had a receipt when a watermark was there before',
    subject,
    caughtBy: marking,
    functions: ['upsert_conversation_with_events'].map((name) => ({
      name,
      replace: 'coalesce(stored.read_up_to >= stored.sent_at or stored.delivered_up_to >= stored.sent_at, false)',
      by: 'false',
    })),
    attempts: 1,
  },
  {
    bug: 'the database judges a refusal by the echo’s clock',
    subject,
    caughtBy: refusing,
    functions: [{ name: 'note_delivery', replace: 'coalesce(m.accepted_at, case', by: 'coalesce(null, case' }],
    attempts: 1,
  },
]

/** Drops a field from everything that is written to the messages. */
function forgetting(field: string): readonly CommandBug[] {
  const by = ['updateOne', 'updateMany', 'insertMany', 'bulkWrite'] as const
  return [{ of: 'messages', by, change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, field)) }) }]
}

/** Bugs in what MongoDB keeps of the delivery of messages. */
export const mongoDeliveryMutants: readonly MongoMutant[] = [
  { bug: 'a message forgets that the channel told of its failure', subject, caughtBy: failing, commands: forgetting('is_bounced') },
  { bug: 'a message forgets when its reply was accepted', subject, caughtBy: refusing, commands: forgetting('accepted_at') },
  { bug: 'a message forgets that only a watermark told of its delivery', subject, caughtBy: marking, commands: forgetting('is_marked') },
  {
    bug: 'a watermark that marks in steps marks replies as if each had a receipt',
    subject,
    caughtBy: 'takes its mark from any of very many replies whose failure becomes known later',
    commands: [
      { of: 'messages', by: ['updateMany'], change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, 'is_marked')) }) },
    ],
  },
  {
    bug: 'a message that asks the watermarks again does not lock its contact inbox',
    subject,
    caughtBy: 'marks a reply whose sentAt is lowered at the same moment as the watermark comes',
    commands: [
      {
        of: 'contact_inboxes',
        by: ['updateOne', 'bulkWrite'],
        change: ({ body }) => ({
          body: rewritten(body, (doc) => ('$inc' in doc && !('$set' in doc) ? { $setOnInsert: { lock: 0 } } : doc)),
        }),
      },
    ],
    processes: 8,
    delayMs: 5,
    attempts: 5,
  },
]
