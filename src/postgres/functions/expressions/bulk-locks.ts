import type { Names } from '../../names.js'
import { canonicalInbox, ownInbox } from './contact-inbox-look-up.js'

type Tables = Names['tables']

/**
 * Takes the locks of a bulk: all contact inboxes in key order, then the conversations that it may change, by id. A row
 * is read as it is when it is locked and not as it was when the statement began. For customers who are named once and
 * are no aliases, the locks therefore also tell which rows they have. This leaves them in `v_owns` and `v_actives`
 * (with null elements where there is none), and sets `v_is_plain` to false if one of these conditions is not met.
 */
export function lockPlain({ tables }: Names): string {
  return `select array_agg(held.own order by i.ordinality), coalesce(bool_and((held.own).id is not null and (held.own).canonical_id is null), false) into v_owns, v_is_plain
      from (select o.id, o.ordinality from unnest(v_owns) with ordinality o order by o.oa_id collate "C", o.customer_id collate "C") i
      left join lateral (select x as own from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = i.id for no key update) held on true;
      if v_is_plain then
        select array_agg(held.active order by i.ord), bool_and(not i.is_active or held.active is not null) into v_actives, v_is_plain
        from (
          select o.ordinality as ord, c.id, coalesce(c.is_active, false) as is_active from unnest(v_owns) with ordinality o
          left join lateral (
            (select a.id, true as is_active from ${tables.conversations} a
              where a.account_id = p_account and a.oa_id = o.oa_id and a.customer_id = o.customer_id and a.status <> 'closed' limit 1)
            union all
            (select l.id, false from ${tables.conversations} l
              where l.account_id = p_account and l.contact_inbox_id = o.id order by l.created_at desc, l.id desc limit 1)
            limit 1) c on true
          order by c.id) i
        left join lateral (select case when x.status <> 'closed' then x.id end as active from ${tables.conversations} x
          where x.account_id = p_account and x.id = i.id for no key update) held on true;
      end if;`
}

/** Takes the same locks for any customers and any usernames. */
export function lockAny({ tables }: Names): string {
  return `perform 1 from (
        select distinct k.id, k.oa_id, k.customer_id from unnest(v_oas, v_customers) as i(oa_id, customer_id)
        cross join lateral (${ownInbox(tables, 'i')}) o
        cross join lateral (select x.id, x.oa_id, x.customer_id from ${tables.contact_inboxes} x
          where x.account_id = p_account and x.id = any (array[o.id, o.canonical_id]) limit 2) k
        order by k.oa_id, k.customer_id) wanted
      cross join lateral (select 1 from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = wanted.id for no key update) held;

      -- Every statement after this one sees these contact inboxes as they are under the locks.
      perform 1 from (
        select distinct c.id from unnest(v_oas, v_customers, v_usernames) as i(oa_id, customer_id, username_key)
        cross join lateral (${ownInbox(tables, 'i')}) o
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

/** Reads the customers' own contact inboxes, by place in the call. */
export function readOwns(tables: Tables): string {
  return `select array_agg(o.own order by i.ord), count(o.own) = v_count, bool_and((o.own).canonical_id is null) into v_owns, v_all_known, v_is_plain
    from unnest(v_oas, v_customers) with ordinality as i(oa_id, customer_id, ord)
    left join lateral (select x as own from ${tables.contact_inboxes} x
      where x.account_id = p_account and x.oa_id = i.oa_id and x.customer_id = i.customer_id limit 1) o on true;`
}
