import type { Names } from '../../names.js'

/** The insert of a customer's contact, up to its FROM. `name` is the channel's name for the customer, or null. */
export function insertContact({ tables }: Names, id: string, name: string): string {
  return `insert into ${tables.contacts} (account_id, id, name, name_source, created_at, updated_at)
    select p_account, ${id}, ${name}, case when ${name} is not null then 'channel' end, p_now, p_now`
}

/** The insert of a new contact inbox, up to its values or its FROM. */
export function intoContactInboxes({ tables }: Names): string {
  return `insert into ${tables.contact_inboxes} (account_id, id, oa_id, customer_id, contact_id, channel, created_at)`
}

/**
 * Creates the missing contact inboxes of `v_oas` and `v_customers`, in key order, and leaves their ids in `v_created`.
 * Their channel is their inbox's or 'api', because only an item that is written sets its own (write_round). A call that
 * writes the same customers waits here, and neither call holds a row that the other needs.
 */
export function insertMissing(names: Names): string {
  const { fn, tables } = names
  return `with own as (
      ${intoContactInboxes(names)}
      select p_account, coalesce(i.given_id, ${fn('new_row_id')}()), i.oa_id, i.customer_id, null, coalesce(b.channel, 'api'), p_now
      from (select distinct on (k.oa_id collate "C", k.customer_id collate "C") k.* from unnest(v_oas, v_customers, v_given) k(oa_id, customer_id, given_id)
        order by k.oa_id collate "C", k.customer_id collate "C") i
      left join lateral (select x.channel from ${tables.inboxes} x where x.account_id = p_account and x.oa_id = i.oa_id limit 1) b on true
      where (select true from ${tables.contact_inboxes} x where x.account_id = p_account and x.oa_id = i.oa_id and x.customer_id = i.customer_id limit 1) is null
      on conflict (account_id, oa_id, customer_id) do nothing
      returning id)
    select array_agg(id) into v_created from own;`
}

/**
 * Removes the contact inboxes `v_created` again under which nothing was written: their item failed, or brought only
 * what somebody else has already.
 */
export function removeUnused(names: Names): string {
  return `delete from ${names.tables.contact_inboxes} ci
    where ci.account_id = p_account and ci.id = any (v_created) and ${isUnused(names, 'ci')};`
}

/** Whether nothing was written under a contact inbox. */
export function isUnused(names: Names, row: string): string {
  return `(${row}.contact_id is null and ${row}.canonical_id is null and ${row}.identities is null
      and ${row}.delivered_up_to is null and ${row}.read_up_to is null and ${hasNoEvent(names, `${row}.id`)})`
}

/**
 * Whether no event is stored under a contact inbox. Each event has a message's id or a key of its own, and there is an
 * index of either. Asked in one question, for both, it would read all events of the account.
 */
function hasNoEvent({ tables }: Names, contactInboxId: string): string {
  const isThere = (condition: string): string =>
    `(select true from ${tables.contact_interaction_events} e where e.account_id = p_account and e.contact_inbox_id = ${contactInboxId}
        and ${condition} limit 1)`
  return `(${isThere('e.message_id is not null')} is null and ${isThere('e.dedupe_key is not null')} is null)`
}

/**
 * Whether `contact` keeps its name although the channel gives this one: it has this name already, or a person set the
 * one that it has. A contact that became one with another is left to the general way, which names that one.
 */
export function keepsName(name: string): string {
  return `((contact.name_source = 'person' or contact.name = ${name}) and contact.merged_into is null)`
}

/** The assignments that give a head the greater of its own watermark and another one's, with its time. */
export function greaterWatermark(head: string, other: string, upTo: string): string {
  return `${upTo} = greatest(${head}.${upTo}, ${other}.${upTo}),
    ${upTo}_at = case when ${other}.${upTo} > coalesce(${head}.${upTo}, '-infinity') then ${other}.${upTo}_at else ${head}.${upTo}_at end`
}
