import type { Message } from '../../model/records.js'
import type { MessageTarget, Scoped } from '../../store/adapter.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { scopesOf } from '../functions/expressions/scopes.js'
import { json, textOrNull } from '../readers.js'
import { messageRow, toMessage } from '../rows/message.js'
import { type Fragment, raw, sql } from '../sql.js'

/**
 * A message by the store's id, or by the channel's or the host's id within one customer of an inbox, whatever id names
 * the customer. Null if there is none. One statement.
 */
export async function findMessage(context: PostgresContext, input: Scoped & MessageTarget): Promise<Message | null> {
  const [row] = await context.read(
    sql`select ${messageRow.packed('m')}, ${seenIn(context, input.accountId)} from ${named(context, input)}`,
    input,
  )
  if (row === undefined) return null
  const message = toMessage(messageRow.unpack(row))
  const { seen: kept, shown } = seenRow.of(row)
  // Another copy of the message is shown in its place.
  const shownId = textOrNull(shown)
  if (shownId !== null) return findMessage(context, { ...input, id: shownId })
  const seen = json(kept)
  return seen === null ? message : { ...message, conversationId: seen.id, seq: message.seq + seen.base }
}

const seenRow = columns({ seen: json<{ readonly id: string; readonly base: number } | null>, shown: textOrNull })

/** The conversation that the message's own was merged into, and what is added to its number there. */
function seenIn({ fn, tables }: PostgresContext, accountId: string): Fragment {
  return sql`(select json_build_object('id', k.id, 'base', (select (y->>'seq_base')::integer from jsonb_array_elements(k.merged_parts) y where y->>'id' = r.lost_id))
  from ${tables.conversation_merges} r join ${tables.conversations} k on k.account_id = ${accountId} and k.id = r.kept_id
  where r.account_id = ${accountId} and r.lost_id = m.conversation_id and r.undone_at is null) as seen,
  case when m.double_in is not null then ${fn('shown_copy')}(${accountId}, m.id) end as shown`
}

function named({ tables }: PostgresContext, input: Scoped & MessageTarget): Fragment {
  const { accountId } = input
  if ('id' in input) return sql`${tables.messages} m where m.account_id = ${accountId} and m.id = ${input.id}`
  const { oaId, customerId } = input
  return sql`${tables.contact_inboxes} own
cross join lateral (select x.* from ${tables.contact_inboxes} x where x.account_id = ${accountId} and x.id = coalesce(own.canonical_id, own.id) limit 1) head
cross join lateral unnest(${scopes}) scope(id)
cross join lateral (select x.* from ${tables.messages} x
  where x.account_id = ${accountId} and x.contact_inbox_id = scope.id and ${isNamed(input)} limit 1) m
where own.account_id = ${accountId} and own.oa_id = ${oaId} and own.customer_id = ${customerId} limit 1`
}

const scopes = raw(scopesOf('head', 'own.id'))

function isNamed(input: Exclude<MessageTarget, { readonly id: string }>): Fragment {
  return 'messageId' in input ? sql`x.message_id = ${input.messageId}` : sql`x.local_id = ${input.localId}`
}
