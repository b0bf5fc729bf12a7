import type { Names } from '../../names.js'

/**
 * Locks the heads of the given contact inboxes, by id, as every write does before it locks a conversation, and sets
 * `v_heads`.
 */
export function lockHeads({ tables }: Names, contactInboxes: string): string {
  return `v_heads := array(select distinct coalesce(o.canonical_id, o.id) from ${tables.contact_inboxes} o
    where o.account_id = p_account_id and o.id = any (${contactInboxes}));
  perform true from (select h.id from unnest(v_heads) h(id) order by h.id) wanted
  cross join lateral (select true from ${tables.contact_inboxes} x where x.account_id = p_account_id and x.id = wanted.id for no key update) held`
}

/** Locks two conversations in the order of their ids, and reads them into `k` and `l`. */
export function lockBoth({ tables }: Names, account: string, kept: string, lost: string): string {
  return `perform true from (select w.id from unnest(array[${kept}, ${lost}]) w(id) order by w.id) wanted
  cross join lateral (select true from ${tables.conversations} x where x.account_id = ${account} and x.id = wanted.id for no key update) held;
  select * into k from ${tables.conversations} x where x.account_id = ${account} and x.id = ${kept};
  select * into l from ${tables.conversations} x where x.account_id = ${account} and x.id = ${lost}`
}

/** Whether the contact inbox belongs to one of the locked heads. */
export function isLocked({ tables }: Names, contactInbox: string): string {
  return `coalesce((select coalesce(o.canonical_id, o.id) = any (v_heads) from ${tables.contact_inboxes} o
    where o.account_id = p_account_id and o.id = ${contactInbox}), false)`
}

/** The id of another active conversation in the place of `row`, by customer or by username. */
export function rivalOf({ tables }: Names, row: string, same: string, but: string): string {
  return `(select a.id from ${tables.conversations} a
      where a.account_id = p_account_id and a.oa_id = ${row}.oa_id and ${same} and a.status <> 'closed' and a.id <> all (${but}) limit 1)`
}

/** The columns that a merge may change in the conversation that is kept, and that undoing it gives back. */
export const columnsBefore = [
  'status',
  'status_changed_at',
  'snoozed_until',
  'closed_at',
  'last_message_at',
  'last_inbound_at',
  'last_activity_at',
  'window_expires_at',
] as const
