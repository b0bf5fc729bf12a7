import type { Conversation } from '../../model/records.js'
import type { UpsertConversations, UpsertItem } from '../../store/adapter.js'
import { nowOf } from '../clock.js'
import type { Row } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { headCustomerId } from '../conversation-target.js'
import { unseen, withMark } from '../operation-marks.js'
import { assignments, differences, patchedFields } from '../patched-fields.js'
import { conversationWrittenPacked, unpackConversation } from '../rows/conversation.js'
import { type Fragment, nothing, raw, sql } from '../sql.js'

/**
 * A patch, without events, of a customer's active conversation as one update within the statement, because calling a
 * function costs more than the patch. Null for any other item. If the update finds no row that it may change, the
 * function decides in the same statement.
 *
 * If the transaction has already written something, the host began it. Then the update is left out, because the contact
 * inbox must be locked before the conversation. Otherwise the update takes only its own lock, and what the function
 * does after it depends on whether the update waited (`upsert_unpatched`).
 */
export function patchOfActive(context: PostgresContext, input: UpsertConversations, item: UpsertItem, payload: string): Fragment | null {
  const { fn, tables, inTransaction } = context
  const { oaId, operationId, patch, expectedVersion, events, usernameKey, identities } = item
  // A given name would also have to be written to the contact, and ids may have to be linked.
  if (
    inTransaction ||
    input.firstSentAt !== null ||
    events.length > 0 ||
    identities.length > 0 ||
    usernameKey !== null ||
    typeof patch.customerName === 'string'
  )
    return null
  const fields = patchedFields(patch)
  if (fields.length === 0 || expectedVersion === 'absent') return null
  return sql`with start as materialized (select txid_current_if_assigned() is null as is_first),
patched as (
  update ${tables.conversations} c
     set ${assignments(fields)}, version = c.version + 1, updated_at = ${nowOf(input)},
         operations = ${withMark(operations, operationId, raw("'updated'"))}
   where c.account_id = ${input.accountId} and c.oa_id = ${oaId} and c.customer_id = ${customerOfActive(context, input, item)} and c.status <> 'closed'
     and (select is_first from start) and ${keepsChannel(context, input, item)}
     ${expectedVersion === null ? nothing : sql`and c.version = ${expectedVersion}::integer`}
     and ${unseen(operations, operationId)} and ${differences(fields)}
  returning ${conversationWrittenPacked(context, input.accountId)}
)
select patched.packed, patched.identities, null::json as result from patched
union all
select null, null, case when (select is_first from start) then ${fn('upsert_unpatched')}(given.payload) else ${fn('upsert_conversation_with_events')}(given.payload) end
from (select ${payload}::text::jsonb as payload) given where not exists (select from patched)`
}

/**
 * The customer of the active conversation. For a customer who is not known to be an alias it is the given one, and the
 * update finds nothing if that is wrong.
 */
function customerOfActive(context: PostgresContext, { accountId }: UpsertConversations, item: UpsertItem): Fragment {
  return context.knownAliases.has(accountId, item) ? headCustomerId(context, accountId, item) : sql`${item.customerId}`
}

/** The conversation, if the update wrote it. Null if the function answered. */
export function patchedConversation(row: Row): Conversation | null {
  return typeof row.packed === 'string' ? unpackConversation(row) : null
}

/**
 * Whether the patch leaves the channel as it is. The function handles the other cases: it gives a conversation on 'api'
 * its inbox's channel, and it refuses a given channel that is another than the inbox's or the conversation's.
 */
function keepsChannel({ tables }: PostgresContext, { accountId }: UpsertConversations, { oaId, channel }: UpsertItem): Fragment {
  const inbox = sql`(select b.channel from ${tables.inboxes} b where b.account_id = ${accountId} and b.oa_id = ${oaId})`
  return channel === null
    ? sql`(c.channel <> 'api' or coalesce(${inbox}, 'api') = 'api')`
    : sql`c.channel = ${channel} and coalesce(${inbox}, c.channel) = c.channel`
}

const operations = raw('c.operations')
