import type { Names } from '../../names.js'
import { isLiveMessageWithin } from './payload-limits.js'
import { isTimeWithin } from './value-checks.js'

/** Whether `event` is a message with exactly one id, a time and values within their limits. */
export function isPlainMessage(names: Names): string {
  return `event.type = 'message' and (event.message_id is null) <> (event.local_id is null)
          and ${isTimeWithin('event.occurred_at')} and ${isLiveMessageWithin(names, 'event.raw')}`
}

/**
 * Whether `event` is such a message and nobody has stored it yet. The look-ups are scalar and have a limit, because
 * PostgreSQL may answer an EXISTS by hashing the whole table.
 */
export function isNewMessage(names: Names): string {
  const { tables } = names
  const event = `select true from ${tables.contact_interaction_events} known where known.account_id = p_account and known.contact_inbox_id = any (event.scopes)`
  const message = `select true from ${tables.messages} known where known.account_id = p_account and known.contact_inbox_id = any (event.scopes)`
  return `${isPlainMessage(names)} and case
        when event.local_id is null then (${event} and known.message_id = event.message_id limit 1) is null
          and (${message} and known.message_id = event.message_id limit 1) is null
        else (${event} and known.dedupe_key = event.event_key limit 1) is null
          and (${message} and known.local_id = event.local_id limit 1) is null end`
}
