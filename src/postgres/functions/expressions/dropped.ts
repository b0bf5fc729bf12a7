import type { Names } from '../../names.js'
import { byValue } from '../function-settings.js'

/** Counts the events that `gone` has deleted on their contact inboxes. */
export function countDropped({ tables }: Names): string {
  return `update ${tables.contact_inboxes} c set dropped_events = c.dropped_events + dropped.events
  from (select gone.contact_inbox_id, count(*)::integer as events from gone group by gone.contact_inbox_id) dropped
  where c.account_id = p_account and c.id = any (array(select gone.contact_inbox_id from gone)) and ${byValue('c.id')} = dropped.contact_inbox_id`
}
