import { ConversationStoreError } from '../../model/errors.js'
import type { Change, ChangeStatus } from '../../store/adapter.js'
import { changeConversation } from '../change-conversation.js'
import { nowOf } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { raw, sql } from '../sql.js'

/** Closes an active conversation. One statement. Throws NOT_FOUND, VERSION_CONFLICT, INVALID_TRANSITION. */
export function closeConversation(context: PostgresContext, input: ChangeStatus): Promise<Change> {
  const now = nowOf(input)
  return changeConversation(context, input, {
    meant: 'active',
    outcome: 'updated',
    set: sql`status = 'closed', closed_at = ${now}, status_changed_at = ${now}, snoozed_until = null`,
    guard: raw("c.status <> 'closed'"),
    refusal: ({ status }) =>
      status === 'closed' ? new ConversationStoreError('INVALID_TRANSITION', { from: status, to: 'closed' }) : null,
  })
}
