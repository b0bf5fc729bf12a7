import type { Names } from '../../names.js'
import { attachmentsOfMessages } from './people-of-inbox.js'
import { digitsOf, formsOf } from './phone-forms.js'

/**
 * The next heads of `p_source` after `p_after` go into `v_found`, and the last customer id that was looked at into
 * `place`, which is null when there is nobody after it.
 */
export function nextHeads({ tables }: Names): string {
  return `select coalesce(array_agg(w.id) filter (where w.canonical_id is null), '{}'), max(w.customer_id) into v_found, place
  from (
    with page as materialized (select i.id, i.customer_id, i.canonical_id from ${tables.contact_inboxes} i
      where i.account_id = p_account and i.oa_id = p_source and i.customer_id > coalesce(p_after, '') order by i.customer_id limit p_people),
    held as materialized (select c.contact_inbox_id, count(*) as count from ${tables.conversations} c
      where c.account_id = p_account and c.contact_inbox_id = any (array(select x.id from page x)) group by c.contact_inbox_id)
    select x.id, x.customer_id, x.canonical_id,
      coalesce(sum(h.count) over (order by x.customer_id rows between unbounded preceding and 1 preceding), 0) as before
    from page x left join held h on h.contact_inbox_id = x.id) w
  where w.before < p_conversations;
  if (select true from ${tables.contact_inboxes} i where i.account_id = p_account and i.oa_id = p_source and i.customer_id > place order by i.customer_id limit 1) is null then
    place := null;
  end if;`
}

/** Heads, and their aliases. */
export function groupOf({ tables }: Names, heads: string): string {
  return `(${heads} || array(select a.id from ${tables.contact_inboxes} a where a.account_id = p_account and a.canonical_id = any (${heads})))`
}

export function conversationsOf({ tables }: Names, group: string): string {
  return `array(select c.id from ${tables.conversations} c where c.account_id = p_account and c.contact_inbox_id = any (${group}))`
}

/**
 * The heads of `p_destination` that have an id of a person whose head is among these, or a number of theirs in another
 * provider's form.
 */
export function headsThere(names: Names, heads: string): string {
  const { contact_inboxes: contactInboxes } = names.tables
  return `array(select distinct coalesce(d.canonical_id, d.id) from ${contactInboxes} d
    where d.account_id = p_account and d.oa_id = p_destination and d.customer_id = any (array(
      select unnest(i.customer_id || ${formsOf('i.digits')}) from (select g.customer_id, ${digitsOf('g.customer_id')} as digits
        from ${contactInboxes} g where g.account_id = p_account and g.id = any (${groupOf(names, heads)}) offset 0) i)))`
}

/** Locks the contacts of heads, as a merge of two of them does, but those of all at once. */
export function lockContactsOf({ tables }: Names, heads: string): string {
  return lockInOrder(
    tables.contacts,
    `array(select coalesce(k.merged_into, k.id) from ${tables.contact_inboxes} h
      cross join lateral (select k.id, k.merged_into from ${tables.contacts} k where k.account_id = p_account and k.id = h.contact_id limit 1) k
      where h.account_id = p_account and h.id = any (${heads}))`,
  )
}

/** Locks rows in the order of their ids, as every write does. */
export function lockInOrder(table: string, ids: string): string {
  return `perform true from ${lockedInOrder(table, ids)}`
}

/** The same rows as `held`, each as it is when it is locked. */
export function lockedInOrder(table: string, ids: string): string {
  return `(select w.id from unnest(${ids}) w(id) order by w.id) wanted
  cross join lateral (select x.* from ${table} x where x.account_id = p_account and x.id = wanted.id for no key update) held`
}

/** What the marks of conversations say that a move has closed, by their ids. */
export function closedByMove({ tables }: Names, conversations: string): string {
  return `(select coalesce(jsonb_object_agg(c.id, c.moved->'closed'), '{}') from ${tables.conversations} c
    where c.account_id = p_account and c.id = any (${conversations}) and c.moved ? 'closed')`
}

/** The ids under which the messages of conversations are stored: also those that were merged into them. */
export function storedUnder({ tables }: Names, conversations: string): string {
  return `(${conversations} || array(select part->>'id' from ${tables.conversations} c cross join lateral jsonb_array_elements(c.merged_parts) part
    where c.account_id = p_account and c.id = any (${conversations})))`
}

/** Counts what is stored under `v_stored`. */
export function countStored({ tables }: Names): string {
  return `select count(*), ${attachmentsOfMessages}
    into messages, attachments
  from ${tables.messages} m where m.account_id = p_account and m.conversation_id = any (v_stored);`
}
