import { ConversationStoreError } from '../../model/errors.js'
import type { Change, ChangeStatus } from '../../store/adapter.js'
import { changeConversation } from '../change-conversation.js'
import type { PostgresContext } from '../context.js'
import { raw, sql } from '../sql.js'

/** Closes an active conversation. One statement. Throws NOT_FOUND, VERSION_CONFLICT, INVALID_TRANSITION. */
export function closeConversation(context: PostgresContext, input: ChangeStatus): Promise<Change> {
  return changeConversation(context, input, {
    set: (at) => sql`status = 'closed', closed_at = ${at}, status_changed_at = ${at}, snoozed_until = null`,
    isTimed: true,
    guard: raw("c.status <> 'closed'"),
    refusal: ({ status }) =>
      status === 'closed' ? new ConversationStoreError('INVALID_TRANSITION', { from: status, to: 'closed' }) : null,
  })
}
