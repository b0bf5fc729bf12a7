import type { Change, ChangeStatus } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { moveReadHorizon } from '../move-read-horizon.js'
import { nothing } from '../sql.js'

/**
 * Moves the read horizon back to just before the last inbound message, unless something is unread already. One
 * statement. Throws NOT_FOUND, VERSION_CONFLICT.
 */
export function markUnread(context: PostgresContext, input: ChangeStatus): Promise<Change> {
  return moveReadHorizon(context, input, 'mark_conversation_unread', nothing)
}
