import type { Names } from '../../names.js'

/**
 * The events `e` that have come into the kept conversation under the ids of the lost one's customer since a merge that
 * linked the two, up to a condition that may follow.
 */
export function newsSince({ tables }: Names, account: string, merge: string): string {
  return `${tables.contact_interaction_events} e where e.account_id = ${account} and e.conversation_id = ${merge}.kept_id
      and e.event_seq > (${merge}.links->>'last_event_seq')::integer
      and ${merge}.links->'rows' @> jsonb_build_array(jsonb_build_object('id', coalesce(e.own_id, e.contact_inbox_id)))`
}
