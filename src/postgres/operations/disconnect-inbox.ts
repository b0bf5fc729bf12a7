import { ConversationStoreError } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import type { WriteStamp } from '../../store/adapter.js'
import { statementTimeOf } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { forgottenSince, rememberedOutcome, unseen, withMark } from '../operation-marks.js'
import { flag } from '../readers.js'
import { inboxRow, toInbox } from '../rows/inbox.js'
import { type Fragment, raw, sql } from '../sql.js'

type DisconnectInbox = WriteStamp & { readonly oaId: string }
const markRow = columns({ forgotten: flag })

/**
 * Disconnects an inbox and gives up its channel identity, in one statement. The history stays. Throws NOT_FOUND, and
 * COMMIT_OUTCOME_UNKNOWN for a resent call that may be forgotten.
 */
export async function disconnectInbox(context: PostgresContext, input: DisconnectInbox): Promise<Inbox> {
  const [row] = await context.write(disconnectStatement(context, input), input)
  if (row === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
  if (flag(markRow.of(row).forgotten)) throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId: input.operationId })
  return toInbox(row)
}

function disconnectStatement({ tables }: PostgresContext, input: DisconnectInbox): Fragment {
  const { accountId, oaId, operationId, firstSentAt } = input
  const now = statementTimeOf(input)
  const gone = forgottenSince(raw('b.operations'), firstSentAt)
  return sql`with changed as (
  update ${tables.inboxes} b
     set status = 'disconnected', disconnected_at = ${now}, updated_at = ${now},
         operations = ${withMark(raw('b.operations'), operationId, raw("'updated'"))}
   where b.account_id = ${accountId} and b.oa_id = ${oaId} and b.status = 'connected'
     and ${unseen(raw('b.operations'), operationId)} and not ${gone}
  returning ${inboxRow.list('b')}
),
released as (
  delete from ${tables.inbox_owners} o using changed
   where o.account_id = ${accountId} and o.channel = changed.channel and o.oa_id = ${oaId}
)
select changed.*, false as forgotten from changed
union all
select ${inboxRow.list('b')}, ${rememberedOutcome(raw('b.operations'), operationId)} is null and ${gone}
from ${tables.inboxes} b
where b.account_id = ${accountId} and b.oa_id = ${oaId} and not exists (select from changed)`
}
