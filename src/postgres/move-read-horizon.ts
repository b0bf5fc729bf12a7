import { ConversationStoreError } from '../model/errors.js'
import type { Change, ChangeOutcome, ChangeStatus } from '../store/adapter.js'
import { boundTimeOrNull } from './clock.js'
import { columns } from './columns.js'
import type { PostgresContext } from './context.js'
import { targetId } from './conversation-target.js'
import { sinceFirstSending } from './first-sending.js'
import { text } from './readers.js'
import { conversationWritten, toConversation } from './rows/conversation.js'
import { type Fragment, raw, sql } from './sql.js'

const moveRow = columns({ outcome: text })

/**
 * Calls a function that moves the read horizon of a conversation. A function does it, because the messages must be
 * counted after the conversation is locked, by a separate statement. `place` says where the horizon goes: an argument
 * with its comma, or nothing. Throws NOT_FOUND, VERSION_CONFLICT.
 */
export async function moveReadHorizon(context: PostgresContext, input: ChangeStatus, fn: string, place: Fragment): Promise<Change> {
  const { accountId, operationId, firstSentAt, expectedVersion } = input
  const [row] = await context.write(
    sql`select r.outcome, ${conversationWritten(context, input.accountId, '(r.conversation)')} from ${context.fn(fn)}(
      ${accountId}::text, ${targetId(context, input)}::text, ${'conversationId' in input.target ? raw('false') : raw('true')},
      ${place}${expectedVersion}::integer, ${operationId}::text, ${sinceFirstSending(firstSentAt)}, ${boundTimeOrNull(input.now)}) r`,
    input,
  )
  if (row === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'conversation' })
  const outcome = text(moveRow.of(row).outcome)
  if (outcome === 'superseded') throw new ConversationStoreError('CONTENTION', { attempts: 1 })
  if (outcome === 'forgotten') throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId })
  const conversation = toConversation(row)
  if (outcome === 'conflict' && expectedVersion !== null)
    throw new ConversationStoreError('VERSION_CONFLICT', { expected: expectedVersion, actual: conversation.version })
  return { outcome: outcome as ChangeOutcome, conversation }
}
