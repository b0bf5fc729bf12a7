import * as z from 'zod/mini'
import { limits, longestLeaseMs } from '../model/limits.js'
import { deadline, id, integer, name } from '../model/validation/scalars.js'

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
export const undoMigrationInput = z.strictObject({ migrationId: id, userId: z.nullish(id) })
/** The options of a worker that are plain data. */
export const workOptionsInput = z.strictObject({
  concurrency: z.optional(integer(1, limits.pageItems)),
  stopWhenIdle: z.optional(z.boolean()),
  idleMs: z.optional(milliseconds),
  pauseMs: z.optional(milliseconds),
  slowMs: z.optional(milliseconds),
  batchMs: z.optional(deadline),
  leaseMs: z.optional(integer(1, longestLeaseMs)),
  holder: z.optional(id),
})
