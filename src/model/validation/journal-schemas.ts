import * as z from 'zod/mini'
import { limits, longestLeaseMs, longestRetentionMs } from '../limits.js'
import { jsonObject } from './json-values.js'
import { atMost, date, id, integer } from './scalars.js'
import { tooLarge } from './too-large.js'
import { exceedsBytes, isWellFormed } from './unicode.js'

const scope = { accountId: z.nullable(id) }
const outcome = z.enum(['waiting', 'ingested', 'partial', 'ignored', 'invalid', 'failed'])
const claimMs = integer(1, longestLeaseMs)
const token = integer(1, Number.MAX_SAFE_INTEGER)
const claim = { holder: id, claimMs }
/** JSON text, which holds no U+0000 and no lone surrogate as they are. */
const body = z.string().check(
  z.superRefine((value, context) => {
    if (exceedsBytes(value, limits.keptBodyBytes)) context.addIssue(tooLarge('in bytes', limits.keptBodyBytes, Buffer.byteLength(value)))
    if (value.includes('\0') || !isWellFormed(value)) context.addIssue({ code: 'custom', message: 'must be JSON text' })
  }),
)

export const keepWebhookInput = z.strictObject({
  ...scope,
  channel: id,
  provider: z.nullish(id),
  oaId: z.nullish(id),
  inboxes: z.optional(atMost(limits.batchConversations, z.strictObject({ channel: id, oaId: id }))),
  body,
  retainMs: integer(1, longestRetentionMs),
  ...claim,
})
export const takeWebhooksInput = z.strictObject({
  ...scope,
  ids: z.optional(atMost(limits.takenWebhooks, id)),
  limit: z.optional(integer(1, limits.takenWebhooks)),
  ...claim,
})
export const renewWebhookInput = z.strictObject({ ...scope, id, token, claimMs })
export const settleWebhookInput = z
  .strictObject({
    ...scope,
    id,
    token,
    outcome,
    report: jsonObject,
    retryInMs: z.optional(integer(0, longestLeaseMs)),
  })
  .check(
    z.superRefine((settled, context) => {
      if ((settled.outcome === 'waiting') === (settled.retryInMs !== undefined)) return
      context.addIssue({ code: 'custom', path: ['retryInMs'], message: "goes with the outcome 'waiting', and with no other" })
    }),
  )
export const findWebhookInput = z.strictObject({ ...scope, id })
export const listWebhooksInput = z.strictObject({
  ...scope,
  since: z.optional(date),
  channel: z.optional(id),
  outcome: z.optional(outcome),
  limit: z.optional(integer(1, limits.pageItems)),
  cursor: z.optional(z.string()),
})
export const clearWebhooksInput = z.strictObject({ ...scope, limit: z.optional(integer(1, limits.sweepEvents)) })
export const findWebhookAccountsInput = z.strictObject({
  of: z.optional(z.enum(['work', 'all'])),
  after: z.nullish(id),
  limit: z.optional(integer(1, limits.sweepEvents)),
})
