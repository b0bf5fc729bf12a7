import { read } from '../../model/planning/change-conversation.js'
import type { Change, ChangeStatus } from '../../store/adapter.js'
import { changeByVersion } from '../change-by-version.js'
import { changeInPlace } from '../change-in-place.js'
import type { MongoContext } from '../context.js'
import { literal } from '../expressions.js'
import { latestState } from '../find-now.js'
import { hostConversation } from '../host-conversation.js'

/**
 * Moves the read horizon forward. Marking everything read takes one command. Up to a given message, the messages after
 * it are counted, and the count is written only if the conversation is still as it was (a new message changes its
 * version). Throws NOT_FOUND, VERSION_CONFLICT.
 */
export async function markRead(context: MongoContext, input: ChangeStatus & { readonly seq: number | null }): Promise<Change> {
  const { seq } = input
  const { outcome, row } = seq === null ? await markAllRead(context, input) : await markReadUpTo(context, input, seq)
  return { outcome, conversation: await hostConversation(context, row) }
}

function markAllRead(context: MongoContext, input: ChangeStatus) {
  return changeInPlace(context, input, {
    when: [{ $gt: ['$last_seq', '$read_seq'] }],
    set: { read_seq: '$last_seq', unread_count: literal(0) },
    planned: read(null, () => 0),
  })
}

function markReadUpTo(context: MongoContext, input: ChangeStatus, seq: number) {
  return changeByVersion(context, input, async (row) => {
    const readSeq = Math.min(seq, row.lastSeq)
    if (readSeq <= row.readSeq) return read(seq, () => row.unreadCount)
    const unread = { accountId: input.accountId, conversation_id: row.id, seq: { $gt: readSeq }, direction: 'inbound', is_silent: null }
    const count = await context.collections.messages.countDocuments(unread, latestState(context))
    return read(seq, () => count)
  })
}
