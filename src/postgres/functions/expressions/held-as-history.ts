import type { Names } from '../../names.js'
import { liveKey } from './messages.js'
import { inOrderOf } from './scopes.js'

/**
 * What is stored of a known message `parsed`, if it may have been brought as history: `is_history` says that it is
 * still, so that this event is the live one, and `is_own` that an earlier attempt of this operation has let it come
 * live. The event of a message says for good whether history brought it, so nothing is read for what came live first.
 */
export function heldAsHistory(names: Names): string {
  return `
        select coalesce(stored.is_history, false) as is_history, coalesce(v_resent_after is not null and not coalesce(stored.is_history, false) and (
            select live.operation_id = parsed.operation_id from ${names.tables.contact_interaction_events} live
            where live.account_id = p_account and live.contact_inbox_id = any (parsed.own_scopes)
              and live.dedupe_key = ${liveKey('parsed.message_id', 'parsed.local_id')}
            order by ${inOrderOf('parsed.own_scopes', 'live.contact_inbox_id')} limit 1), false) as is_own
        from (${storedMessage(names, 'parsed.own_scopes', (id) => `parsed.${id}`)}) stored
        where parsed.is_message and not parsed.is_history and known_event.operation_id is distinct from parsed.operation_id
          and (known_event.is_history or known_event.operation_id is null and known_message.found is not null)`
}

/**
 * Whether history brought the stored message that a message event is about: the first scope's by the channel's id, or
 * else by the host's.
 */
export function storedMessage({ tables }: Names, scopes: string, given: (id: 'message_id' | 'local_id') => string): string {
  const by = (id: 'message_id' | 'local_id') => `(select m.is_history from ${tables.messages} m
            where m.account_id = p_account and m.contact_inbox_id = any (${scopes}) and m.${id} = ${given(id)}
            order by ${inOrderOf(scopes, 'm.contact_inbox_id')} limit 1)`
  return `${by('message_id')} union all ${by('local_id')} limit 1`
}
