import { ConversationStoreError } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import type { WriteStamp } from '../../store/adapter.js'
import { boundTimeOrNull } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { sinceFirstSending } from '../first-sending.js'
import { flag } from '../readers.js'
import { inboxRow, toInbox } from '../rows/inbox.js'
import { sql } from '../sql.js'

type DisconnectInbox = WriteStamp & { readonly oaId: string }
const markRow = columns({ forgotten: flag })

/**
 * Disconnects an inbox and gives up its channel identity, in one statement. The history stays. Throws NOT_FOUND, and
 * COMMIT_OUTCOME_UNKNOWN for a resent call that may be forgotten.
 */
export async function disconnectInbox(context: PostgresContext, input: DisconnectInbox): Promise<Inbox> {
  const { accountId, oaId, operationId, firstSentAt } = input
  const [row] = await context.write(
    sql`select r.forgotten, ${inboxRow.list('(r.inbox)')} from ${context.fn('disconnect_inbox')}(
      ${accountId}::text, ${oaId}::text, ${operationId}::text, ${sinceFirstSending(firstSentAt)}, ${boundTimeOrNull(input.now)}) r`,
    input,
  )
  if (row === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
  if (flag(markRow.of(row).forgotten)) throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId })
  return toInbox(row)
}
