import * as z from 'zod/mini'
import { limits, longestRetentionMs } from '../limits.js'
import { count, date, id, integer, name, word } from './scalars.js'
import { tooLarge } from './too-large.js'
import { exceedsBytes, isWellFormed } from './unicode.js'

/** Where a source goes on, and the engine's notes: texts that come back as they were given. */
const position = z.string().check(
  z.superRefine((value, context) => {
    if (exceedsBytes(value, limits.syncCursorBytes)) {
      context.addIssue(tooLarge('in bytes', limits.syncCursorBytes, Buffer.byteLength(value)))
    }
    if (value.includes('\0') || !isWellFormed(value)) {
      context.addIssue({ code: 'custom', message: 'must be well-formed Unicode without U+0000' })
    }
  }),
)
const page = { limit: z.optional(integer(1, limits.pageItems)), cursor: z.optional(z.string()) }
const status = z.enum(['running', 'completed', 'failed', 'superseded'])

export const beginSyncInput = z.strictObject({
  oaId: id,
  source: id,
  origin: z.optional(z.enum(['pulled', 'pushed'])),
  incremental: z.optional(z.boolean()),
  retainMs: z.optional(integer(1, longestRetentionMs)),
})
export const resumeSyncInput = z.strictObject({ sessionId: id, oaId: id, source: id })
/** A page without its conversations, which are read by the rules of a bulk call. */
export const writeSyncPageInput = z.strictObject({
  sessionId: id,
  expectedPages: count,
  read: z.optional(count),
  invalid: z.optional(count),
  unreadable: z.optional(count),
  phase: word,
  cursor: z.nullable(position),
  walk: z.nullish(position),
  beganAt: z.nullish(date),
  isLast: z.optional(z.boolean()),
  elapsedMs: z.optional(count),
})
export const failSyncInput = z.strictObject({
  sessionId: id,
  error: z.strictObject({ code: word, message: name }),
  elapsedMs: z.optional(count),
})
export const findSyncSessionInput = z.strictObject({ sessionId: id })
export const listSyncSessionsInput = z.strictObject({ oaId: z.optional(id), status: z.optional(status), ...page })
/** A request's body. Other fields are left out, because a host's page may send more. */
export const askedPullInput = z.object({
  oaId: z.nullish(id),
  facebookPageId: z.nullish(id),
  pageId: z.nullish(id),
  resumeSession: z.nullish(id),
})
export const findSyncAccountsInput = z.strictObject({ limit: z.optional(integer(1, limits.sweepEvents)) })
export const syncStatisticsInput = z.strictObject({ oaId: z.optional(id), ...page })
