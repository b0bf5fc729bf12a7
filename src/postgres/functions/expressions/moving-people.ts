import type { Names } from '../../names.js'
import { attachmentsOfMessages } from './people-of-inbox.js'

/**
 * The next heads of `p_source` after `p_after` go into `v_found`, and the last customer id that was looked at into
 * `place`, which is null when there is nobody after it.
 */
export function nextHeads({ tables }: Names): string {
  return `select coalesce(array_agg(w.id) filter (where w.canonical_id is null), '{}'), max(w.customer_id) into v_found, place
  from (
    select x.id, x.customer_id, x.canonical_id,
      coalesce(sum(n.held) over (order by x.customer_id rows between unbounded preceding and 1 preceding), 0) as before
    from (select i.id, i.customer_id, i.canonical_id from ${tables.contact_inboxes} i
      where i.account_id = p_account and i.oa_id = p_source and i.customer_id > coalesce(p_after, '') order by i.customer_id limit p_people) x
    cross join lateral (select count(*) as held from ${tables.conversations} c where c.account_id = p_account and c.contact_inbox_id = x.id) n) w
  where w.before < p_conversations;
  if (select true from ${tables.contact_inboxes} i where i.account_id = p_account and i.oa_id = p_source and i.customer_id > place order by i.customer_id limit 1) is null then
    place := null;
  end if;`
}

/** Locks rows in the order of their ids, as every write does. */
export function lockInOrder(table: string, ids: string): string {
  return `perform true from (select w.id from unnest(${ids}) w(id) order by w.id) wanted
  cross join lateral (select true from ${table} x where x.account_id = p_account and x.id = wanted.id for no key update) held`
}

/** Counts what is stored under `conversations`, also under those that were merged into them, with `v_stored`. */
export function countStored({ tables }: Names, conversations: string): string {
  return `v_stored := ${conversations} || array(select part->>'id' from ${tables.conversations} c cross join lateral jsonb_array_elements(c.merged_parts) part
    where c.account_id = p_account and c.id = any (${conversations}));
  select count(*), ${attachmentsOfMessages}
    into messages, attachments
  from ${tables.messages} m where m.account_id = p_account and m.conversation_id = any (v_stored);`
}
