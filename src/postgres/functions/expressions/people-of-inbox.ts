import { type Fragment, raw, sql, type Value } from '../../sql.js'
import { digitsOf, formsOf, variantOf } from './phone-forms.js'

/** How many attachments the messages `m` have. */
export const attachmentsOfMessages =
  "coalesce(sum(case when jsonb_typeof(m.attachments) = 'array' then jsonb_array_length(m.attachments) end), 0)"

interface Tables {
  readonly contact_inboxes: Fragment
  readonly conversations: Fragment
}

/**
 * By what the inbox `destination` knows the person whose head is `head`: `id`, `identity`, `number`, `username`,
 * `variant`, or null. Each look-up ends with the first row, so that it goes by a key.
 */
export function knownInDestination(tables: Tables, account: Fragment | Value, destination: Fragment | Value, head: string): Fragment {
  const h = raw(head)
  const isThere = (customer: Fragment) => sql`(select true from ${tables.contact_inboxes} d
      where d.account_id = ${account} and d.oa_id = ${destination} and d.customer_id = ${customer} limit 1)`
  // The offsets keep the server from reading the digits anew for each form.
  const numbers = sql`(select n.customer_id, ${raw(digitsOf('n.customer_id'))} as digits from (
        select ${h}.customer_id as customer_id union all
        select g.customer_id from ${tables.contact_inboxes} g where g.account_id = ${account} and g.canonical_id = ${h}.id) n offset 0) number`
  const knows = (inbox: Fragment | Value, forms: string) => sql`(select true from ${tables.contact_inboxes} f
      where f.account_id = ${account} and f.oa_id = ${inbox} and f.customer_id = any (${raw(forms)}) limit 1)`
  const [own, other] = [formsOf('number.digits'), formsOf('variant.digits')]
  return sql`case
    when ${isThere(sql`${h}.customer_id`)} then 'id'
    when (select true from ${tables.contact_inboxes} a
      where a.account_id = ${account} and a.canonical_id = ${h}.id and ${isThere(raw('a.customer_id'))} limit 1) then 'identity'
    when (select true from ${numbers} where number.digits is not null and ${knows(destination, own)} limit 1) then 'number'
    when (select true from ${tables.conversations} c
      where c.account_id = ${account} and c.status <> 'closed' and c.username_key is not null
        and c.contact_inbox_id = any (array(select ${h}.id union all
          select g.id from ${tables.contact_inboxes} g where g.account_id = ${account} and g.canonical_id = ${h}.id))
        and (select true from ${tables.conversations} u
          where u.account_id = ${account} and u.oa_id = ${destination} and u.username_key = c.username_key and u.status <> 'closed' limit 1)
      limit 1) then 'username'
    when (select true from ${numbers} cross join lateral (select ${raw(variantOf('number.digits'))} as digits offset 0) variant
      where variant.digits is not null and ${knows(destination, other)} and ${knows(sql`${h}.oa_id`, other)} is null limit 1) then 'variant'
  end`
}
