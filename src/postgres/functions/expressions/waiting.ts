import { waitingEventMs } from '../../../model/limits.js'
import type { Names } from '../../names.js'

/** The time at which or before which an event arrived that has waited too long. */
export const waitingLimit = `(p_now - interval '${waitingEventMs / 1_000} seconds')`

/**
 * Whether no event waits under any of the scopes. The look-up is scalar and has a limit, because PostgreSQL may answer
 * an EXISTS by hashing the whole table.
 */
export function nothingWaits(names: Names, scopes: string): string {
  return `${firstWaiting(names, scopes)} is null`
}

/**
 * Whether none of the events that wait under the scopes concerns messages with these ids or has waited too long. All
 * three are arrays. Each look-up goes by an index, so it costs the same however many events wait.
 */
export function nothingConcerns(names: Names, scopes: string, messageIds: string, localIds: string): string {
  return [
    `waiting.target_message_id = any (${messageIds})`,
    `waiting.local_id = any (${localIds})`,
    'waiting.target_message_id is null and waiting.local_id is null',
    `waiting.created_at <= ${waitingLimit}`,
  ]
    .map((condition) => `${firstWaiting(names, scopes, ` and ${condition}`)} is null`)
    .join(' and ')
}

/** The ids that a message has got by an event, of what `apply_event` answers, as an array of one or none. */
export function arrivedIn(applied: string, id: 'message_id' | 'local_id'): string {
  return `array_remove(array[${applied}#>>'{arrived,${id}}'], null)`
}

function firstWaiting({ tables }: Names, scopes: string, condition = ''): string {
  return `(select true from ${tables.contact_interaction_events} waiting
        where waiting.account_id = p_account and waiting.contact_inbox_id = any (${scopes}) and waiting.conversation_id is null${condition} limit 1)`
}
