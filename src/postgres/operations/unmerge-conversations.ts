import { ConversationStoreError } from '../../model/errors.js'
import type { UnmergeResult, WriteStamp } from '../../store/adapter.js'
import { boundTimeOrNull } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { integerOrNull, text } from '../readers.js'
import { conversationWritten, toConversation } from '../rows/conversation.js'
import { sql } from '../sql.js'
import { refusal } from './merge-conversations.js'

const unmergeRow = columns({ outcome: text, messages_since: integerOrNull })

/** Undoes a merge. One statement, whose rows are the kept and the restored conversation. */
export async function unmergeConversations(
  context: PostgresContext,
  input: WriteStamp & { readonly mergeId: string },
): Promise<UnmergeResult> {
  const { accountId, operationId, mergeId } = input
  const [kept, restored] = await context.write(
    sql`select r.outcome, r.other_id, ${context.fn('messages_since')}(${accountId}::text, ${mergeId}::text) as messages_since, ${conversationWritten(context, accountId, '(r.conversation)')} from ${context.fn('unmerge_conversations')}(
      ${accountId}::text, ${mergeId}::text, ${operationId}::text, ${boundTimeOrNull(input.now)}) r`,
    input,
  )
  if (kept === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'merge' })
  const found = unmergeRow.of(kept)
  const outcome = text(found.outcome)
  if (restored === undefined || (outcome !== 'unmerged' && outcome !== 'unchanged')) throw refusal(kept)
  const since = integerOrNull(found.messages_since)
  return {
    outcome,
    kept: toConversation(kept),
    restored: toConversation(restored),
    ...(since === null ? {} : { messagesSince: since }),
  }
}
