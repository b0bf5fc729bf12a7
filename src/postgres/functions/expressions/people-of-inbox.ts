import { type Fragment, nothing, raw, sql, type Value } from '../../sql.js'
import { digitsOf, formsOf, variantOf } from './phone-forms.js'

/** How many attachments the messages `m` have. */
export const attachmentsOfMessages =
  "coalesce(sum(case when jsonb_typeof(m.attachments) = 'array' then jsonb_array_length(m.attachments) end), 0)"

interface Tables {
  readonly contact_inboxes: Fragment
  readonly conversations: Fragment
}

interface People {
  readonly account: Fragment | Value
  /** The inbox in which all of them are. */
  readonly source: Fragment | Value
  readonly destination: Fragment | Value
  /** The ids of their heads, as an array. */
  readonly heads: Fragment
  /**
   * How numbers in another form are matched: with everybody in the destination but those whom this migration has moved
   * there. Null where a number counts in its own form alone.
   */
  readonly matching: { readonly except: Fragment } | null
}

/**
 * By what the destination knows each of these people: rows of `head_id`, `customer_id`, `contact_id` and `matched_by`,
 * which is `id`, `identity`, `number`, `username`, `variant` or null. In the alphabet they come as they count, so the
 * least of a person's is the one. All ids are read at once, and all forms of them looked for at once, because one
 * look-up after another takes several times as long.
 *
 * What was found is compared as `(… in (select …)) is true`. The server then makes a hash of it, and can't take it for
 * a join, which it would do row by row where it expects few. A destination without usernames is asked once. The
 * conversations of the people have no condition on `username_key`, or the server could read all usernames of the
 * account instead of theirs.
 */
export function peopleKnown(tables: Tables, { account, source, destination, heads, matching }: People): Fragment {
  const isOwn = matching === null ? sql`true` : sql`d.moved->>'by' is not distinct from ${matching.except}`
  const found = (
    inbox: Fragment | Value,
    which: string,
  ) => sql`select d.customer_id, d.moved is not null and ${isOwn} as is_own from ${tables.contact_inboxes} d
    where d.account_id = ${account} and d.oa_id = ${inbox} and d.customer_id = any (array(select f.form from forms f where ${raw(which)}))`
  const taken = sql`select true from ${tables.conversations} u where u.account_id = ${account} and u.oa_id = ${destination} and u.status <> 'closed'`
  return sql`(with ids as materialized (
  select i.*, ${raw(digitsOf('i.customer_id'))} as digits from (
    select h.id as head_id, h.id, h.customer_id, h.contact_id from ${tables.contact_inboxes} h where h.account_id = ${account} and h.id = any (${heads})
    union all
    select a.canonical_id, a.id, a.customer_id, null from ${tables.contact_inboxes} a where a.account_id = ${account} and a.canonical_id = any (${heads})) i
),
forms as materialized (
  select i.head_id, case when i.id = i.head_id then 'id' else 'identity' end as matched_by, null as variant, i.customer_id as form from ids i
  ${
    matching === null
      ? nothing
      : sql`union all
  select i.head_id, 'number', null, unnest(${raw(formsOf('i.digits'))}) from ids i where i.digits is not null
  union all
  select v.head_id, 'variant', v.digits, unnest(${raw(formsOf('v.digits'))})
  from (select i.head_id, ${raw(variantOf('i.digits'))} as digits from ids i offset 0) v where v.digits is not null`
  }
),
there as materialized (${found(destination, 'true')}),
here as materialized (${found(source, 'f.variant is not null')})
select k.head_id, max(k.customer_id) as customer_id, max(k.contact_id) as contact_id, min(k.matched_by) as matched_by from (
  select i.head_id, i.customer_id, i.contact_id, null as matched_by from ids i where i.id = i.head_id
  union all
  select f.head_id, null, null, f.matched_by from forms f where f.variant is null and (f.form in (select t.customer_id from there t)) is true
    and (f.matched_by <> 'number' or (f.form in (select t.customer_id from there t where not t.is_own)) is true)
  union all
  select i.head_id, null, null, 'username' from ids i where (i.id in (select c.contact_inbox_id from ${tables.conversations} c
    where (${taken} and u.username_key is not null order by u.username_key limit 1)
      and c.account_id = ${account} and c.contact_inbox_id = any (array(select o.id from ids o)) and c.status <> 'closed'
      and (${taken} and u.username_key = c.username_key limit 1))) is true
  union all
  select f.head_id, null, null, 'variant' from forms f where f.variant is not null group by f.head_id, f.variant
  having bool_or(f.form in (select t.customer_id from there t where not t.is_own)) and bool_or(f.form in (select t.customer_id from here t)) is not true) k
group by k.head_id)`
}
