import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import type { Change, ChangeOutcome, ChangeStatus } from '../../store/adapter.js'
import { boundTimeOrNull } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { sinceFirstSending } from '../first-sending.js'
import { text, textOrNull } from '../readers.js'
import { conversationWritten, toConversation } from '../rows/conversation.js'
import { sql } from '../sql.js'
import { isUniqueViolation } from '../translate-error.js'

/**
 * Opens a closed or snoozed conversation. For a customer it is their latest one. One statement. Throws NOT_FOUND,
 * VERSION_CONFLICT, INVALID_TRANSITION, ACTIVE_CONVERSATION_EXISTS, USERNAME_TAKEN.
 */
export async function reopenConversation(context: PostgresContext, input: ChangeStatus): Promise<Change> {
  try {
    return await reopen(context, input)
  } catch (error) {
    // Another writer claimed the username while the statement ran, and the unique index refused this one. The next
    // statement sees the other conversation.
    if (!isConversationStoreError(error, 'CONTENTION') || !isUniqueViolation(error.cause)) throw error
    return reopen(context, input)
  }
}

const reopenRow = columns({ outcome: text, other_id: textOrNull })

async function reopen(context: PostgresContext, input: ChangeStatus): Promise<Change> {
  const { accountId, operationId, target, expectedVersion } = input
  const [conversationId, oaId, customerId] =
    'conversationId' in target ? [target.conversationId, null, null] : [null, target.oaId, target.customerId]
  const [row] = await context.write(
    sql`select r.outcome, r.other_id, ${conversationWritten(context, input.accountId, '(r.conversation)')} from ${context.fn('reopen_conversation')}(
      ${accountId}::text, ${conversationId}::text, ${oaId}::text, ${customerId}::text, ${expectedVersion}::integer,
      ${operationId}::text, ${sinceFirstSending(input.firstSentAt)}, ${boundTimeOrNull(input.now)}) r`,
    input,
  )
  if (row === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'conversation' })
  const conversation = toConversation(row)
  const found = reopenRow.of(row)
  const outcome = text(found.outcome)
  const otherId = textOrNull(found.other_id) ?? ''
  if (outcome === 'forgotten') throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId })
  if (outcome === 'conflict' && expectedVersion !== null)
    throw new ConversationStoreError('VERSION_CONFLICT', { expected: expectedVersion, actual: conversation.version })
  if (outcome === 'open') throw new ConversationStoreError('INVALID_TRANSITION', { from: 'open', to: 'open' })
  if (outcome === 'active') throw new ConversationStoreError('ACTIVE_CONVERSATION_EXISTS', { conversationId: otherId })
  if (outcome === 'username') throw new ConversationStoreError('USERNAME_TAKEN', { conversationId: otherId })
  return { outcome: outcome as ChangeOutcome, conversation }
}
