import { waitingEventMs } from '../../../model/limits.js'
import type { Names } from '../../names.js'

/** The time at which or before which an event arrived that has waited too long. */
export const waitingLimit = `(p_now - interval '${waitingEventMs / 1_000} seconds')`

/**
 * Whether no event waits under a contact inbox. The look-up is scalar and has a limit, because PostgreSQL may answer an
 * EXISTS by hashing the whole table.
 */
export function nothingWaits(names: Names, ownId: string): string {
  return `${firstWaiting(names, ownId)} is null`
}

/**
 * Whether none of the events that wait under a contact inbox concerns messages with these ids or has waited too long.
 * Both are arrays. Each look-up goes by an index, so it costs the same however many events wait.
 */
export function nothingConcerns(names: Names, ownId: string, messageIds: string, localIds: string): string {
  return [
    `waiting.target_message_id = any (${messageIds})`,
    `waiting.local_id = any (${localIds})`,
    'waiting.target_message_id is null and waiting.local_id is null',
    `waiting.created_at <= ${waitingLimit}`,
  ]
    .map((condition) => `${firstWaiting(names, ownId, ` and ${condition}`)} is null`)
    .join(' and ')
}

function firstWaiting({ tables }: Names, ownId: string, condition = ''): string {
  return `(select true from ${tables.contact_interaction_events} waiting
        where waiting.account_id = p_account and waiting.contact_inbox_id = ${ownId} and waiting.conversation_id is null${condition} limit 1)`
}
