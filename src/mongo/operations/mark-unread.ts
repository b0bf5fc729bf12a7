import { unread } from '../../model/planning/change-conversation.js'
import type { Change, ChangeStatus } from '../../store/adapter.js'
import { changeByVersion } from '../change-by-version.js'
import type { MongoContext } from '../context.js'
import { hostConversation } from '../host-conversation.js'
import { findUnread } from '../unread-messages.js'

/**
 * Moves the read horizon back to just before the last inbound message, unless something is unread already. It is
 * written only if the conversation is still as it was. Throws NOT_FOUND, VERSION_CONFLICT.
 */
export async function markUnread(context: MongoContext, input: ChangeStatus): Promise<Change> {
  const { outcome, row } = await changeByVersion(context, input, async (found) => {
    const last = found.unreadCount > 0 ? null : await findUnread(context, found, {}, -1)
    return unread(last)
  })
  return { outcome, conversation: await hostConversation(context, row) }
}
