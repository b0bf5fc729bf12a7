import { snoozed } from '../../model/planning/change-conversation.js'
import type { Change, ChangeStatus } from '../../store/adapter.js'
import { changeInPlace } from '../change-in-place.js'
import type { MongoContext } from '../context.js'
import { differs, nowOf } from '../expressions.js'
import { hostConversation } from '../host-conversation.js'
import { literal } from '../literal.js'

/**
 * Sets an active conversation aside until a given time, with one command. Throws NOT_FOUND, VERSION_CONFLICT,
 * INVALID_TRANSITION.
 */
export async function snoozeConversation(context: MongoContext, input: ChangeStatus & { readonly until: Date }): Promise<Change> {
  const { until } = input
  const { outcome, row } = await changeInPlace(context, input, {
    when: [{ $ne: ['$status', 'closed'] }, { $or: [{ $ne: ['$status', 'snoozed'] }, differs('snoozed_until', until)] }],
    set: {
      status: literal('snoozed'),
      status_changed_at: { $cond: [{ $eq: ['$status', 'snoozed'] }, '$status_changed_at', nowOf(input)] },
      snoozed_until: literal(until),
    },
    planned: snoozed(until),
  })
  return { outcome, conversation: await hostConversation(context, row) }
}
