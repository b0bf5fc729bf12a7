import type { Conversation } from '../../model/records.js'
import type { UpsertConversations, UpsertItem } from '../../store/adapter.js'
import { nowOf } from '../clock.js'
import type { Row } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { surelyUnseen, withMark } from '../operation-marks.js'
import { assignments, differences, patchedFields } from '../patched-fields.js'
import { conversationRow, toConversation } from '../rows/conversation.js'
import { type Fragment, nothing, raw, sql } from '../sql.js'

/**
 * A lone patch of a customer's active conversation, as one update in the statement itself: to call a function costs
 * more than the patch. Null for an item that is anything else. Where the update finds no row that it may change, the
 * function decides, in the same statement.
 *
 * A transaction that did something before is of the host's making: it leaves the update alone, for the contact inbox
 * comes before the conversation. Else the update took its lock alone, and what the function does after it depends on
 * whether it waited (`upsert_unpatched`).
 */
export function patchOfActive(context: PostgresContext, input: UpsertConversations, item: UpsertItem, payload: string): Fragment | null {
  const { fn, tables, inTransaction } = context
  const { oaId, customerId, operationId, patch, expectedVersion, events, usernameKey } = item
  // A name is the contact's as well.
  if (inTransaction || input.resentAfter !== null || events.length > 0 || usernameKey !== null || typeof patch.customerName === 'string')
    return null
  const fields = patchedFields(patch)
  if (fields.length === 0 || expectedVersion === 'absent') return null
  return sql`with start as materialized (select txid_current_if_assigned() is null as is_first),
patched as (
  update ${tables.conversations} c
     set ${assignments(fields)}, version = c.version + 1, updated_at = ${nowOf(input)},
         operations = ${withMark(operations, operationId, raw("'updated'"))}
   where c.account_id = ${input.accountId} and c.oa_id = ${oaId} and c.customer_id = ${customerId} and c.status <> 'closed'
     and (select is_first from start) and ${keepsChannel(context, input, item)}
     ${expectedVersion === null ? nothing : sql`and c.version = ${expectedVersion}::integer`}
     and ${surelyUnseen(operations, operationId)} and ${differences(fields)}
  returning ${conversationRow.packed('c')}
)
select patched.packed, null::json as result from patched
union all
select null, case when (select is_first from start) then ${fn('upsert_unpatched')}(given.payload) else ${fn('upsert_conversation_with_events')}(given.payload) end
from (select ${payload}::text::jsonb as payload) given where not exists (select from patched)`
}

/** The conversation, when it was the update that wrote it. */
export function patchedConversation(row: Row): Conversation | null {
  return typeof row.packed === 'string' ? toConversation(conversationRow.unpack(row)) : null
}

/** One on 'api' takes its inbox's channel, and a channel that is given is compared with the inbox's: not here. */
function keepsChannel({ tables }: PostgresContext, { accountId }: UpsertConversations, { oaId, channel }: UpsertItem): Fragment {
  const inbox = sql`(select b.channel from ${tables.inboxes} b where b.account_id = ${accountId} and b.oa_id = ${oaId})`
  return channel === null
    ? sql`(c.channel <> 'api' or coalesce(${inbox}, 'api') = 'api')`
    : sql`c.channel = ${channel} and coalesce(${inbox}, c.channel) = c.channel`
}

const operations = raw('c.operations')
