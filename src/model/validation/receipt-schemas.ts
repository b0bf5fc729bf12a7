import * as z from 'zod/mini'
import { limits } from '../limits.js'
import { atMost, date, id, name } from './scalars.js'

/** A receipt that names the inbox alone. */
export const applyReceiptInput = z
  .strictObject({
    oaId: id,
    status: z.enum(['sent', 'delivered', 'read', 'failed']),
    messageIds: atMost(limits.receiptTargets, id).check(z.minLength(1)),
    eventId: z.optional(id),
    occurredAt: z.optional(date),
    error: z.optional(name),
  })
  .check(
    z.superRefine(({ status, error }, context) => {
      if (error !== undefined && status !== 'failed') context.addIssue({ code: 'custom', path: ['error'], message: `is only for 'failed'` })
    }),
  )
