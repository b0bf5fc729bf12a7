import { ConversationStoreError } from '../../model/errors.js'
import type { Change, ChangeOutcome, ChangeStatus } from '../../store/adapter.js'
import { changeConversation } from '../change-conversation.js'
import { boundTimeOrNull } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { targetId } from '../conversation-target.js'
import { sinceFirstSending } from '../first-sending.js'
import { text } from '../readers.js'
import { conversationWritten, toConversation } from '../rows/conversation.js'
import { raw, sql } from '../sql.js'

/**
 * Moves the read horizon forward. One statement, which writes no row when everything was read before. Throws NOT_FOUND,
 * VERSION_CONFLICT.
 */
export function markRead(context: PostgresContext, input: ChangeStatus & { readonly seq: number | null }): Promise<Change> {
  const { seq } = input
  if (seq !== null) return markReadTo(context, input, seq)
  // After the last message there is nothing left to count, so one update is enough.
  return changeConversation(context, input, {
    set: () => raw('read_seq = c.last_seq, unread_count = 0'),
    isTimed: false,
    guard: raw('c.read_seq < c.last_seq'),
    refusal: ({ readSeq, lastSeq }) => (readSeq < lastSeq ? null : 'unchanged'),
  })
}

const markReadRow = columns({ outcome: text })

/**
 * Marks a conversation read up to a message. A function does it, because the messages must be counted after the
 * conversation is locked, by a separate statement.
 */
async function markReadTo(context: PostgresContext, input: ChangeStatus, seq: number): Promise<Change> {
  const { accountId, operationId, firstSentAt, expectedVersion } = input
  const [row] = await context.write(
    sql`select r.outcome, ${conversationWritten(context, input.accountId, '(r.conversation)')} from ${context.fn('mark_conversation_read')}(
      ${accountId}::text, ${targetId(context, input)}::text, ${'conversationId' in input.target ? raw('false') : raw('true')},
      ${seq}::integer, ${expectedVersion}::integer, ${operationId}::text, ${sinceFirstSending(firstSentAt)}, ${boundTimeOrNull(input.now)}) r`,
    input,
  )
  if (row === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'conversation' })
  const outcome = text(markReadRow.of(row).outcome)
  if (outcome === 'superseded') throw new ConversationStoreError('CONTENTION', { attempts: 1 })
  if (outcome === 'forgotten') throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId })
  const conversation = toConversation(row)
  if (outcome === 'conflict' && expectedVersion !== null)
    throw new ConversationStoreError('VERSION_CONFLICT', { expected: expectedVersion, actual: conversation.version })
  return { outcome: outcome as ChangeOutcome, conversation }
}
