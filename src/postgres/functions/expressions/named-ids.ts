import type { Names } from '../../names.js'
import { canonicalInbox, ownInbox } from './contact-inbox-look-up.js'
import { identitiesOf } from './identities.js'
import { isUnused } from './people.js'
import { bareId, digitsOf } from './phone-forms.js'

/** The kinds of ids that a rule is about. All others are only compared with each other. */
export const phone = 'phone'
export const userId = 'user_id'

/**
 * The ids that `given`, a JSON array of `{ id, kind }`, names in the inbox `p_oa`, each with its row (`own_id`), its
 * head, and its `mark` in the head's list of identities, which is null if the list does not have it.
 */
export function namedIds({ tables }: Names, given: string): string {
  return `(select given.id, given.kind, given.ord, o.id as own_id, h.id as head_id, h.created_at as head_created_at,
        (select e from jsonb_array_elements(${identitiesOf('h')}) e where e->>'id' = given.id limit 1) as mark
      from (select g.ord, g.e->>'id' as id, g.e->>'kind' as kind, p_oa as oa_id, g.e->>'id' as customer_id
        from jsonb_array_elements(${given}) with ordinality g(e, ord)) given
      cross join lateral (${ownInbox(tables, 'given')}) o
      cross join lateral (${canonicalInbox(tables, 'o')}) h)`
}

/** Whether nobody knew the id of the row `ownId` before this call, which made the row to lock it. */
export function isNewId(names: Names, ownId: string): string {
  return `(case when ${ownId} = any (p_created) then (select ${isUnused(names, 'made')} from ${names.tables.contact_inboxes} made
        where made.account_id = p_account and made.id = ${ownId} limit 1) else false end)`
}

export function isCurrent(mark: string): string {
  return `(${mark}->>'former_since' is null)`
}

/** The first kind of which these heads have different current ids, or null. Two forms of one number are one id. */
export function kindInConflict({ tables }: Names, heads: string): string {
  return `(select e->>'kind' from ${tables.contact_inboxes} h cross join jsonb_array_elements(${identitiesOf('h')}) e
    where h.account_id = p_account and h.id = any (${heads}) and e->>'kind' is not null and ${isCurrent('e')}
    group by e->>'kind' having count(distinct ${bareId("e->>'kind'", "(e->>'id')")}) > 1 order by (e->>'kind') collate "C" limit 1)`
}

/** Whether a person has any current id. An id that they gave up for it may then be somebody else's. */
export function hasCurrent({ tables }: Names, headId: string): string {
  return `exists (select from ${tables.contact_inboxes} h cross join jsonb_array_elements(${identitiesOf('h')}) e
        where h.account_id = p_account and h.id = any (array(select ${headId})) and ${isCurrent('e')})`
}

const noticePath = '$[*] ? (@.type == "identity_change")'

/** Whether an item of a bulk says anything about ids. */
export function namesIds(payload: string): string {
  return `(${payload} @? '$.conversations[*].identities[*] ? (@.type() != "null")' or ${payload} @? '$.conversations[*].events${noticePath.slice(1)}')`
}

/** Whether an item of the list says about ids what is not stored yet. */
export function bringsEvidence(names: Names, items: string): string {
  const { tables } = names
  return `exists (select from jsonb_array_elements(${items}) i(item)
    where i.item->'events' @? '${noticePath}' or i.item @? '$.identities[*] ? (@.type() != "null")' and (
      select ${holdsGiven(names, 'k', "i.item->'identities'")}
      from (select i.item->>'oa_id' as oa_id, i.item->>'customer_id' as customer_id) c
      cross join lateral (${ownInbox(tables, 'c')}) o cross join lateral (${canonicalInbox(tables, 'o')}) k) is not true)`
}

/**
 * Whether a head holds all given ids with their kinds, and each of them is current, not disputed and known since some
 * time. Nearly no person has another id, and then one operator answers.
 */
export function holdsGiven({ fn }: Names, head: string, given: string): string {
  return `case when ${head}.identities @? '$[*] ? (@.former_since > 0 || @.disputed_since > 0 || !exists(@.since) && !exists(@.moved_at))'
      then ${fn('holds_identities')}(${head}.identities, ${given}) else ${head}.identities @> (${given}) end`
}

/** Whether anything tells since when an id is the person's. */
export function hasTime(entry: string): string {
  return `(${entry}->>'since' is not null or ${entry}->>'moved_at' is not null)`
}

/**
 * A list of identities of which each number is current in one form: that in which it is among the `given` ids, the
 * first of them. Its other forms are former since `atMs`: src/model/planning/one-form.ts decides the same.
 */
export function inOneForm(list: string, given: string, atMs: string): string {
  return `(select jsonb_agg(case when form.id is null or form.id = x.e->>'id' then x.e else x.e || jsonb_build_object('former_since', ${atMs}) end order by x.n)
    from jsonb_array_elements(${list}) with ordinality x(e, n)
    left join lateral (select g.e->>'id' as id from jsonb_array_elements(${given}) with ordinality g(e, n)
      where x.e->>'kind' = '${phone}' and ${isCurrent('x.e')} and g.e->>'kind' = '${phone}'
        and (${digitsOf("(g.e->>'id')")}) = (${digitsOf("(x.e->>'id')")}) order by g.n limit 1) form on true)`
}

/**
 * A mark of a person who is parted from another, as it is `now`. A number that was current before, and is former since
 * one of the `others` has it in another form, is current again.
 */
export function inOwnForm(before: string, now: string, others: string): string {
  return `(case when ${isCurrent(before)} and not ${isCurrent(`(${now})`)} and ${now}->>'kind' = '${phone}' and (select true
      from jsonb_array_elements(${others}) other(e) where other.e->>'kind' = '${phone}' and other.e->>'id' <> ${now}->>'id'
        and (${digitsOf("(other.e->>'id')")}) = (${digitsOf(`(${now}->>'id')`)}) limit 1)
    then ${now} || jsonb_build_object('former_since', null) else ${now} end)`
}
