import type { Names } from '../../names.js'
import { inOrderOf } from './scopes.js'

/** Whether the event in `parsed` may be known by a message id of its own. */
const hasMessageId = '(parsed.is_message or parsed.is_fact) and parsed.message_id is not null'

/**
 * The row of the event in `parsed`, if one is stored in its scopes: the first scope's, because people whom a move has
 * joined may each have one.
 */
export function knownEvent({ tables: { contact_interaction_events: events, messages } }: Names): string {
  return `
        select found.* from (
          (select known.operation_id, known.conversation_id is null as waits, known.conversation_id as stored_in, known.is_history,
              known.contact_inbox_id as scope from ${events} known
            where ${hasMessageId}
              and known.account_id = p_account and known.contact_inbox_id = any (parsed.scopes) and known.message_id = parsed.message_id)
          union all
          -- The event of a message has the message's id, and holds no other. (Without its limit it would be a join, for
          -- which the planner may read all events of the account.)
          (select known.operation_id, false, known.conversation_id, known.is_history, message.contact_inbox_id from ${messages} message
            cross join lateral (select e.* from ${events} e
              where e.account_id = p_account and e.id = message.id and e.dedupe_key is null limit 1) known
            where ${hasMessageId}
              and message.account_id = p_account and message.contact_inbox_id = any (parsed.scopes) and message.message_id = parsed.message_id)
          union all
          (select known.operation_id, known.conversation_id is null, known.conversation_id, known.is_history, known.contact_inbox_id from ${events} known
            where (parsed.message_id is null or not (parsed.is_message or parsed.is_fact))
              and known.account_id = p_account and known.contact_inbox_id = any (parsed.scopes) and known.dedupe_key = parsed.event_key)) found
        order by ${inOrderOf('parsed.scopes', 'found.scope')} limit 1`
}

/** The message that the event in `parsed` brings, if it is stored in the event's scopes. */
export function knownMessage({ tables: { messages } }: Names): string {
  return `
        select 1 as found, known.conversation_id as stored_in from (
          (select 1 as place, m.conversation_id, m.contact_inbox_id from ${messages} m
            where ${hasMessageId} and known_event.operation_id is null
              and m.account_id = p_account and m.contact_inbox_id = any (parsed.scopes) and m.message_id = parsed.message_id)
          union all
          (select 2, m.conversation_id, m.contact_inbox_id from ${messages} m
            where parsed.is_message and parsed.local_id is not null
              and m.account_id = p_account and m.contact_inbox_id = any (parsed.scopes) and m.local_id = parsed.local_id)) known
        order by known.place, ${inOrderOf('parsed.scopes', 'known.contact_inbox_id')} limit 1`
}
