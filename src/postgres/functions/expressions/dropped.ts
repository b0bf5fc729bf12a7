import type { Names } from '../../names.js'
import { byValue } from '../function-settings.js'

/**
 * Drops the waiting events that `ids` selects, and counts them on their contact inboxes. The caller holds the locks of
 * the contact inboxes.
 */
export function dropEvents({ tables }: Names, ids: string): string {
  return `with gone as (
    delete from ${tables.contact_interaction_events} e where e.account_id = p_account and e.id = any (array(
      ${ids}))
    returning e.contact_inbox_id
  )
  update ${tables.contact_inboxes} c set dropped_events = c.dropped_events + dropped.events
  from (select gone.contact_inbox_id, count(*)::integer as events from gone group by gone.contact_inbox_id) dropped
  where c.account_id = p_account and c.id = any (array(select gone.contact_inbox_id from gone)) and ${byValue('c.id')} = dropped.contact_inbox_id`
}
