import * as z from 'zod/mini'
import { limits, longestLeaseMs, longestRetentionMs } from '../limits.js'
import { count, date, failureMessage, id, integer, word } from './scalars.js'
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
  isReread: z.optional(z.boolean()),
  phase: word,
  cursor: z.nullable(position),
  walk: z.nullish(position),
  beganAt: z.nullish(date),
  isLast: z.optional(z.boolean()),
  elapsedMs: z.optional(count),
})
export const failSyncInput = z.strictObject({
  sessionId: id,
  error: z.strictObject({ code: word, message: failureMessage }),
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
export const findSyncAccountsInput = z.strictObject({ after: z.nullish(id), limit: z.optional(integer(1, limits.sweepEvents)) })
export const syncStatisticsInput = z.strictObject({ oaId: z.optional(id), ...page })
/** The options of `syncConversations` that are plain data. */
export const syncConversationsInput = z.strictObject({
  oaId: id,
  owner: z.optional(id),
  resumeSession: z.nullish(id),
  budget: z.optional(z.strictObject({ ms: z.optional(count), pages: z.optional(integer(1, Number.MAX_SAFE_INTEGER)) })),
  incremental: z.optional(z.boolean()),
  liveSince: z.optional(date),
  opens: z.optional(z.enum(['open', 'closed'])),
  lockTtlMs: z.optional(integer(1, longestLeaseMs)),
  retainDays: z.optional(integer(1, longestRetentionMs / 86_400_000)),
})
/** What a source says of itself. */
export const namedSource = z.object({ name: id, order: z.enum(['updated-desc', 'none']) })
/** The engine's notes on how far it is, as it has written them itself. */
export const storedWalk = z.object({
  until: z.nullable(z.number()),
  newest: z.nullable(z.number()),
  repeats: z.number(),
  isSettled: z.boolean(),
})
