import * as z from 'zod/mini'
import { limits } from '../limits.js'
import { count, deadline, failureMessage, failureTrace, id, integer } from './scalars.js'

const counts = z.strictObject({ conversations: count, messages: count, attachments: count, contactInboxes: count })

export const beginInboxMigrationInput = z.strictObject({
  sourceOaId: id,
  destinationOaId: id,
  kind: z.optional(z.enum(['move', 'convert'])),
  onActiveConflict: z.enum(['merge', 'close_source', 'skip']),
  userId: z.nullish(id),
  counted: z.optional(counts),
})
export const undoInboxMigrationInput = z.strictObject({ migrationId: id, userId: z.nullish(id) })
export const moveInboxBatchInput = z.strictObject({
  migrationId: id,
  expectedBatches: count,
  people: z.optional(integer(1, limits.movedPeople)),
  conversations: z.optional(integer(1, limits.movedConversations)),
  withinMs: z.optional(deadline),
})
export const endInboxMigrationInput = z.discriminatedUnion('as', [
  z.strictObject({ migrationId: id, as: z.literal('cancelled') }),
  z.strictObject({ migrationId: id, as: z.literal('failed'), message: failureMessage, backtrace: z.nullish(failureTrace) }),
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
export const findInboxMigrationAccountsInput = z.strictObject({ after: z.nullish(id), limit: z.optional(integer(1, limits.sweepEvents)) })
