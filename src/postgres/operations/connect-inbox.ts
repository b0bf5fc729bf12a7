import { ConversationStoreError } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import type { ConnectInbox } from '../../store/adapter.js'
import { boundTimeOrNull } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { sinceFirstSending } from '../first-sending.js'
import { text } from '../readers.js'
import { inboxRow, toInbox } from '../rows/inbox.js'
import { sql } from '../sql.js'

const connectRow = columns({ outcome: text })

/**
 * Connects an inbox, or patches a connected one, and takes its channel identity, in one statement. Throws
 * INBOX_ALREADY_CONNECTED, INBOX_CHANNEL_MISMATCH, and COMMIT_OUTCOME_UNKNOWN for a resent call that may be forgotten.
 */
export async function connectInbox(context: PostgresContext, input: ConnectInbox): Promise<Inbox> {
  const { accountId, inboxId, oaId, channel, operationId, firstSentAt } = input
  const [row = {}] = await context.write(
    sql`select r.outcome, ${inboxRow.list('(r.inbox)')} from ${context.fn('connect_inbox')}(
      ${accountId}::text, ${inboxId}::text, ${oaId}::text, ${channel}::text, ${JSON.stringify(patchOf(input.patch))}::jsonb,
      ${operationId}::text, ${sinceFirstSending(firstSentAt)}, ${boundTimeOrNull(input.now)}) r`,
    input,
  )
  const outcome = text(connectRow.of(row).outcome)
  if (outcome === 'taken') throw new ConversationStoreError('INBOX_ALREADY_CONNECTED', { channel, oaId })
  if (outcome === 'forgotten') throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId })
  if (outcome === 'mismatch')
    throw new ConversationStoreError('INBOX_CHANNEL_MISMATCH', { expected: text(inboxRow.of(row).channel), actual: channel })
  return toInbox(row)
}

/** Columns whose key is missing keep their value. */
function patchOf({ provider, name, chatbotId, onClosed, metadata }: ConnectInbox['patch']): object {
  return { provider, name, chatbot_id: chatbotId, on_closed: onClosed, metadata }
}
