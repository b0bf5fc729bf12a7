import { closed } from '../../model/planning/change-conversation.js'
import type { Change, ChangeStatus } from '../../store/adapter.js'
import { changeInPlace } from '../change-in-place.js'
import type { MongoContext } from '../context.js'
import { nowOf } from '../expressions.js'
import { hostConversation } from '../host-conversation.js'
import { literal } from '../literal.js'

/** Closes an active conversation with one command. Throws NOT_FOUND, VERSION_CONFLICT, INVALID_TRANSITION. */
export async function closeConversation(context: MongoContext, input: ChangeStatus): Promise<Change> {
  const { outcome, row } = await changeInPlace(context, input, {
    when: [{ $ne: ['$status', 'closed'] }],
    set: {
      status: literal('closed'),
      active: '$$REMOVE',
      closed_at: nowOf(input),
      status_changed_at: nowOf(input),
      snoozed_until: literal(null),
    },
    planned: closed,
  })
  return { outcome, conversation: await hostConversation(context, row) }
}
