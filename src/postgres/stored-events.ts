import type { PostgresContext } from './context.js'
import { type Fragment, raw, sql } from './sql.js'

/**
 * The events of an account as a FROM item, each with all its values. The row of a message's event has only what its
 * message lacks: its `direction` is null, and what is missing is read from the message, which has the same id. If such
 * a message is made one with another and goes, its event gets the values first (fold_message).
 *
 * A row without a `dedupe_key` is that of a message which came with the channel's id. A message that got the id later
 * came without it, and so its event has none. The limit makes PostgreSQL look each message up by its key, and never
 * join a page with the whole table.
 */
export function storedEvents({ tables }: PostgresContext, accountId: string): Fragment {
  return sql`(select ${own}, coalesce(e.message_id, case when e.dedupe_key is null then s.message_id end) as message_id, s.double_in, ${shared}
  from ${tables.contact_interaction_events} e
  left join lateral (select m.* from ${tables.messages} m
    where e.direction is null and m.account_id = ${accountId} and m.id = e.id limit 1) s on true
  where e.account_id = ${accountId})`
}

const own = raw(
  'account_id id contact_inbox_id own_id conversation_id event_seq type target_message_id local_id payload is_history'
    .split(' ')
    .map((name) => `e.${name}`)
    .join(', '),
)
const shared = raw(
  ['sender_id', 'direction', 'occurred_at', 'created_at']
    .map((name) => `case when e.direction is null then s.${name} else e.${name} end as ${name}`)
    .join(', '),
)
