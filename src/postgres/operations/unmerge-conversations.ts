import { ConversationStoreError } from '../../model/errors.js'
import type { UnmergeResult, WriteStamp } from '../../store/adapter.js'
import { boundTimeOrNull } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { text } from '../readers.js'
import { conversationWritten, toConversation } from '../rows/conversation.js'
import { sql } from '../sql.js'
import { refusal } from './merge-conversations.js'

const unmergeRow = columns({ outcome: text })

/** Undoes a merge. One statement, whose rows are the kept and the restored conversation. */
export async function unmergeConversations(
  context: PostgresContext,
  input: WriteStamp & { readonly mergeId: string },
): Promise<UnmergeResult> {
  const { accountId, operationId, mergeId } = input
  const [kept, restored] = await context.write(
    sql`select r.outcome, r.other_id, ${conversationWritten(context, accountId, '(r.conversation)')} from ${context.fn('unmerge_conversations')}(
      ${accountId}::text, ${mergeId}::text, ${operationId}::text, ${boundTimeOrNull(input.now)}) r`,
    input,
  )
  if (kept === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'merge' })
  const outcome = text(unmergeRow.of(kept).outcome)
  if (restored === undefined || (outcome !== 'unmerged' && outcome !== 'unchanged')) throw refusal(kept)
  return { outcome, kept: toConversation(kept), restored: toConversation(restored) }
}
