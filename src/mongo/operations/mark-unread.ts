import { horizonsOf, withHorizons } from '../../model/planning/read-horizons.js'
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
    if (found.unreadCount > 0) return (current) => current
    const lasts: { id: string; readSeq: number; seq: number }[] = []
    for (const horizon of horizonsOf(found)) {
      const { id, seqBase } = horizon
      const last = await findUnread(context, { accountId: found.accountId, ...horizon }, {}, -1)
      if (last !== null) lasts.push({ id, readSeq: last - 1, seq: last + seqBase })
    }
    const last = lasts.sort((a, b) => a.seq - b.seq).slice(-1)
    return (current) => withHorizons(current, last, () => 1)
  })
  return { outcome, conversation: await hostConversation(context, row) }
}
