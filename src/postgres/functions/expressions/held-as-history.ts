import type { Names } from '../../names.js'
import { liveKey } from './messages.js'
import { inOrderOf } from './scopes.js'

/**
 * What is stored of a known message `parsed`, if it may have been brought as history: `is_history` says that it is
 * still, so that this event is the live one, and `is_own` that an earlier attempt of this operation has let it come
 * live. The event of a message says for good whether history brought it, so nothing is read for what came live first.
 */
export function heldAsHistory({ tables }: Names): string {
  const stored = (id: 'message_id' | 'local_id') => `(select m.is_history from ${tables.messages} m
            where parsed.${id} is not null and m.account_id = p_account and m.contact_inbox_id = any (parsed.own_scopes) and m.${id} = parsed.${id}
            order by ${inOrderOf('parsed.own_scopes', 'm.contact_inbox_id')} limit 1)`
  return `
        select coalesce(stored.is_history, false) as is_history, coalesce(v_resent_after is not null and not coalesce(stored.is_history, false) and (
            select live.operation_id = parsed.operation_id from ${tables.contact_interaction_events} live
            where live.account_id = p_account and live.contact_inbox_id = any (parsed.own_scopes)
              and live.dedupe_key = ${liveKey('parsed.message_id', 'parsed.local_id')}
            order by ${inOrderOf('parsed.own_scopes', 'live.contact_inbox_id')} limit 1), false) as is_own
        from (${stored('message_id')} union all ${stored('local_id')} limit 1) stored
        where parsed.is_message and not parsed.is_history and known_event.operation_id is distinct from parsed.operation_id
          and (known_event.is_history or known_event.operation_id is null and known_message.found is not null)`
}
