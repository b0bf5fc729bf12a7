import { ConversationStoreError } from '../../model/errors.js'
import type { ConversationTarget, Merge, MergeResult, WriteStamp } from '../../store/adapter.js'
import { boundTimeOrNull } from '../clock.js'
import { columns, type Row } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { integer, text, textOrNull } from '../readers.js'
import { conversationWritten, toConversation } from '../rows/conversation.js'
import { type Fragment, sql } from '../sql.js'

const mergeRow = columns({ outcome: text, other_id: textOrNull, expected: integer, actual: integer })

/** Makes one conversation of two. One statement. Throws NOT_FOUND, VERSION_CONFLICT and what `refusal` tells. */
export async function mergeConversations(context: PostgresContext, input: WriteStamp & Merge): Promise<MergeResult> {
  const { accountId, operationId, keep, lose, expectedVersions } = input
  const [row] = await context.write(
    sql`select r.outcome, r.other_id, r.expected, r.actual, ${conversationWritten(context, accountId, '(r.conversation)')} from ${context.fn('merge_conversations')}(
      ${accountId}::text, ${named(keep)}, ${named(lose)}, ${expectedVersions.keep}::integer, ${expectedVersions.lose}::integer,
      ${operationId}::text, ${boundTimeOrNull(input.now)}) r`,
    input,
  )
  if (row === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'conversation' })
  const found = mergeRow.of(row)
  const outcome = text(found.outcome)
  if (outcome === 'conflict') {
    throw new ConversationStoreError('VERSION_CONFLICT', { expected: integer(found.expected), actual: integer(found.actual) })
  }
  if (outcome !== 'merged' && outcome !== 'unchanged') throw refusal(row)
  return { outcome, mergeId: textOrNull(found.other_id) ?? operationId, conversation: toConversation(row) }
}

/** Three arguments: the conversation's id, or the customer's. */
function named(target: ConversationTarget): Fragment {
  if ('conversationId' in target) return sql`${target.conversationId}::text, null::text, null::text`
  return sql`null::text, ${target.oaId}::text, ${target.customerId}::text`
}

/** Why two conversations are not merged, or not parted. */
export function refusal(row: Row): ConversationStoreError {
  const found = mergeRow.of(row)
  const otherId = textOrNull(found.other_id)
  switch (text(found.outcome)) {
    case 'active':
      return new ConversationStoreError('ACTIVE_CONVERSATION_EXISTS', { conversationId: otherId ?? '' })
    case 'username':
      return new ConversationStoreError('USERNAME_TAKEN', { conversationId: otherId ?? '' })
    case 'last':
      return new ConversationStoreError('MERGE_REFUSED', { reason: 'not the last', mergeId: otherId })
    case 'parts':
      return new ConversationStoreError('MERGE_REFUSED', { reason: 'too many parts', mergeId: null })
    default:
      return new ConversationStoreError('MERGE_REFUSED', { reason: 'same conversation', mergeId: null })
  }
}
