import * as z from 'zod/mini'
import { limits, longestLeaseMs } from '../limits.js'
import { count, id, integer, messageText, name } from './scalars.js'

const counts = z.strictObject({ conversations: count, messages: count, attachments: count, contactInboxes: count })

export const beginInboxMigrationInput = z.strictObject({
  sourceOaId: id,
  destinationOaId: id,
  kind: z.optional(z.enum(['move', 'convert'])),
  onActiveConflict: z.enum(['merge', 'close_source', 'skip']),
  userId: z.nullish(id),
  counted: z.optional(counts),
})
export const moveInboxBatchInput = z.strictObject({
  migrationId: id,
  expectedBatches: count,
  people: z.optional(integer(1, limits.movedPeople)),
  conversations: z.optional(integer(1, limits.movedConversations)),
})
export const endInboxMigrationInput = z.discriminatedUnion('as', [
  z.strictObject({ migrationId: id, as: z.literal('cancelled') }),
  z.strictObject({ migrationId: id, as: z.literal('failed'), message: name, backtrace: z.nullish(messageText) }),
])
export const findInboxMigrationInput = z.strictObject({ migrationId: id })
export const listInboxMigrationsInput = z.strictObject({
  sourceOaId: z.optional(id),
  active: z.optional(z.boolean()),
  limit: z.optional(integer(1, limits.pageItems)),
  cursor: z.optional(z.string()),
})
export const previewInboxMoveInput = z.strictObject({
  sourceOaId: id,
  destinationOaId: id,
  after: z.nullish(id),
  limit: z.optional(integer(1, limits.previewedContactInboxes)),
})
export const findInboxMigrationAccountsInput = z.strictObject({ limit: z.optional(integer(1, limits.sweepEvents)) })

const milliseconds = integer(0, longestLeaseMs)
export const eligibleDestinationsInput = z.strictObject({ sourceOaId: id })
export const previewMigrationInput = z.strictObject({ sourceOaId: id, destinationOaId: id })
export const startMigrationInput = z.strictObject({
  sourceOaId: id,
  destinationOaId: id,
  onActiveConflict: z.enum(['merge', 'close_source', 'skip']),
  userId: z.nullish(id),
  expect: z.optional(z.string()),
})
export const convertInboxInput = z.strictObject({ sourceOaId: id, newOaId: id, provider: name, userId: z.nullish(id) })
export const cancelMigrationInput = z.strictObject({ migrationId: id, userId: z.nullish(id) })
/** The options of a worker that are plain data. */
export const workOptionsInput = z.strictObject({
  concurrency: z.optional(integer(1, limits.pageItems)),
  stopWhenIdle: z.optional(z.boolean()),
  idleMs: z.optional(milliseconds),
  pauseMs: z.optional(milliseconds),
  slowMs: z.optional(milliseconds),
  leaseMs: z.optional(integer(1, longestLeaseMs)),
  holder: z.optional(id),
})
