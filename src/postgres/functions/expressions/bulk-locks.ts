import { usernameBlindChannels } from '../../../model/channels.js'
import { literal } from '../../literal.js'
import type { Names } from '../../names.js'
import { canonicalInbox, ownInbox } from './contact-inbox-look-up.js'

type Tables = Names['tables']

/** Raised when another writer changed, during a wait for a lock, which rows the call concerns. */
export const sendAgain = `raise exception 'another writer was first: send the call again' using errcode = '40001'`

/**
 * Takes the locks of a bulk: the heads (canonical contact inboxes) by id, and then the conversations by id that it may
 * change. A row is read as it is when it is locked and not as it was when the statement began. For customers who are
 * named once and are no aliases, the locks therefore also tell which rows they have. This leaves them in `v_heads`
 * and `v_actives` (with null elements where there is none) and the locked conversations in `v_locked`, and sets
 * `v_is_plain` to false if an active conversation was closed meanwhile. A head that became an alias must not be locked
 * after others, so the call then starts anew.
 */
export function lockPlain({ tables }: Names): string {
  return `select array_agg(held.own order by i.ordinality), coalesce(bool_and((held.own).id is not null and (held.own).canonical_id is null and (held.own).previous_head_id is null), false) into v_heads, v_is_plain
      from (select o.id, o.oa_id, o.customer_id, o.ordinality from unnest(v_heads) with ordinality o order by o.id) i
      left join lateral (select x as own from ${tables.contact_inboxes} x
        where x.account_id = p_account and x.oa_id = i.oa_id and x.customer_id = i.customer_id and x.id = i.id for no key update) held on true;
      if not v_is_plain then
        ${sendAgain};
      end if;
      select array_agg(held.active order by i.ord), bool_and(not i.is_active or held.active is not null), array_agg(i.id) into v_actives, v_is_plain, v_locked
      from (
        select o.ordinality as ord, c.id, coalesce(c.is_active, false) as is_active from unnest(v_heads) with ordinality o
        left join lateral (
          (select a.id, true as is_active from ${tables.conversations} a
            where a.account_id = p_account and a.oa_id = o.oa_id and a.customer_id = o.customer_id and a.status <> 'closed' limit 1)
          union all
          (select l.id, false from ${tables.conversations} l
            where l.account_id = p_account and l.contact_inbox_id = o.id order by l.created_at desc, l.id desc limit 1)
          limit 1) c on true
        order by c.id) i
      left join lateral (select case when x.status <> 'closed' then x.id end as active from ${tables.conversations} x
        where x.account_id = p_account and x.id = i.id for no key update) held on true;`
}

/**
 * Takes the same locks for any customers and any usernames, and that of the head whose conversation a username may let
 * a customer adopt, because its scopes then change. An alias points at another head only while its former head is
 * locked, so the heads are right if the next statement still finds the same ones. No row of an alias is locked: it is
 * written under its head's lock alone.
 */
export function lockAny(names: Names): string {
  const { tables } = names
  const own = ownsIn(tables)
  const holders = `unnest(v_oas, v_usernames) as i(oa_id, username_key)
        cross join lateral (select u.contact_inbox_id as head_id from ${tables.conversations} u
          where i.username_key is not null and u.account_id = p_account and u.oa_id = i.oa_id and u.username_key = i.username_key
            and u.status <> 'closed' limit 1) u`
  return `select array_agg(wanted.id) into v_locked from (
        select coalesce(o.canonical_id, o.id) as id from ${own}
        union
        select u.head_id from ${holders}
        order by 1) wanted
      cross join lateral (select 1 from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = any (array(select wanted.id)) for no key update) held;

      if exists (select from ${own} cross join lateral (${canonicalInbox(tables, 'o')}) k
          where k.canonical_id is not null or k.id <> all (v_locked))
        or v_usernames_given and exists (select from ${holders} where u.head_id <> all (v_locked)) then
        ${sendAgain};
      end if;

      ${lockConversations(names)}`
}

/**
 * Locks the conversations of the locked heads that the call may change. No conversation of these heads can become
 * active from here on. One can be closed while this waits for another.
 */
export function lockConversations({ tables }: Names): string {
  return `select array_agg(wanted.id) into v_locked from (
        select distinct c.id from ${ownsIn(tables)}
        cross join lateral (${canonicalInbox(tables, 'o')}) k
        cross join lateral (
          (select a.id from ${tables.conversations} a
            where a.account_id = p_account and a.oa_id = k.oa_id and a.customer_id = k.customer_id and a.status <> 'closed' limit 1)
          union all
          (select l.id from ${tables.conversations} l
            where l.account_id = p_account and l.contact_inbox_id = k.id order by l.created_at desc, l.id desc limit 1)
          union all
          (select u.id from ${tables.conversations} u
            where i.username_key is not null and u.account_id = p_account and u.oa_id = i.oa_id and u.username_key = i.username_key and u.status <> 'closed' limit 1)
        ) c
        order by c.id) wanted
      cross join lateral (select 1 from ${tables.conversations} x where x.account_id = p_account and x.id = wanted.id for no key update) held;`
}

function ownsIn(tables: Tables): string {
  return `unnest(v_oas, v_customers, v_usernames) as i(oa_id, customer_id, username_key)
        cross join lateral (${ownInbox(tables, 'i')}) o`
}

/**
 * Reads the customers' own contact inboxes, by place in the call. They are plain if none of them is an alias or was
 * another person's.
 */
export function readOwns(tables: Tables): string {
  return `select array_agg(o.own order by i.ord), count(o.own) = v_count, bool_and((o.own).canonical_id is null and (o.own).previous_head_id is null) into v_heads, v_all_known, v_is_plain
    from unnest(v_oas, v_customers) with ordinality as i(oa_id, customer_id, ord)
    left join lateral (select x as own from ${tables.contact_inboxes} x
      where x.account_id = p_account and x.oa_id = i.oa_id and x.customer_id = i.customer_id limit 1) o on true;`
}

/**
 * Starts the call anew where an inbox is no longer as `v_inboxes` says. The statements of the call may have seen it
 * before and after its change, and all items must have seen the same.
 */
export function requireSameInboxes(names: Names): string {
  return `if v_inboxes is distinct from ${inboxSettings(names)} then
        ${sendAgain};
      end if;`
}

/** What a write takes from the inboxes of its customers, as a value that tells whether they were changed meanwhile. */
export function inboxSettings({ tables }: Names): string {
  return `array(select (b.oa_id, b.channel, b.chatbot_id, b.on_closed)::text from ${tables.inboxes} b
    where b.account_id = p_account and b.oa_id = any (v_oas) order by b.oa_id)`
}

/** Takes the usernames from the items on channels where they say nothing of who a customer is. */
export function dropVainUsernames({ tables }: Names): string {
  const channel = `coalesce(i.item->>'channel',
      (select b.channel from ${tables.inboxes} b where b.account_id = p_account and b.oa_id = i.item->>'oa_id' limit 1),
      (select x.channel from ${tables.contact_inboxes} x where x.account_id = p_account and x.oa_id = i.item->>'oa_id' and x.customer_id = i.item->>'customer_id' limit 1))`
  return `select jsonb_agg(i.item order by i.n), array_agg(i.item->>'username_key' order by i.n) into v_items, v_usernames
    from (select case when i.item->>'username_key' is not null and ${channel} in (${usernameBlindChannels.map(literal).join(', ')})
        then i.item - 'username_key' else i.item end as item, i.n from jsonb_array_elements(v_items) with ordinality i(item, n)) i;
    payload := jsonb_set(payload, '{conversations}', v_items);`
}
