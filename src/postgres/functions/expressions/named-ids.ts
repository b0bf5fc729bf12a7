import type { Names } from '../../names.js'
import { canonicalInbox, ownInbox } from './contact-inbox-look-up.js'

/** The kinds of ids that a rule is about. All others are only compared with each other. */
export const phone = 'phone'
export const userId = 'user_id'

/**
 * The ids that `given`, a JSON array of `{ id, kind }`, names in the inbox `p_oa`, each with its row (`own_id`), its
 * head, and its `entry` in the head's list of identities: null if the head's list does not have it.
 */
export function namedIds({ tables }: Names, given: string): string {
  return `(select given.id, given.kind, given.ord, o.id as own_id, h.id as head_id, h.created_at as head_created_at, h.customer_id as head_customer_id,
        (select e from jsonb_array_elements(h.identities) e where e->>'id' = given.id limit 1) as entry
      from (select g.ord, g.e->>'id' as id, g.e->>'kind' as kind, p_oa as oa_id, g.e->>'id' as customer_id
        from jsonb_array_elements(${given}) with ordinality g(e, ord)) given
      cross join lateral (${ownInbox(tables, 'given')}) o
      cross join lateral (${canonicalInbox(tables, 'o')}) h)`
}

export function isCurrent(entry: string): string {
  return `(${entry}->>'former_since' is null)`
}

/** The time of the last change of an id, or null if it has no entry. */
export function changedMs(entry: string): string {
  return `greatest((${entry}->>'since')::bigint, (${entry}->>'former_since')::bigint)`
}

/** The order in which one of a person's ids is taken to write to them by. */
export function preferred(kind: string): string {
  return `case ${kind} when '${phone}' then 0 when '${userId}' then 1 else 2 end`
}

const noticePath = '$[*] ? (@.type == "identity_change")'

/** Whether an item of a bulk says anything about ids. */
export function namesIds(payload: string): string {
  return `(${payload} @? '$.conversations[*].identities[*] ? (@.type() != "null")' or ${payload} @? '$.conversations[*].events${noticePath.slice(1)}')`
}

/** Whether an item of the list says about ids what is not stored yet. */
export function bringsEvidence({ fn, tables }: Names, items: string): string {
  return `exists (select from jsonb_array_elements(${items}) i(item)
    where i.item->'events' @? '${noticePath}' or i.item @? '$.identities[*] ? (@.type() != "null")' and (
      select ${fn('holds_identities')}(k.identities, i.item->'identities')
      from (select i.item->>'oa_id' as oa_id, i.item->>'customer_id' as customer_id) c
      cross join lateral (${ownInbox(tables, 'c')}) o cross join lateral (${canonicalInbox(tables, 'o')}) k) is not true)`
}

/**
 * The same for a single item and its head, quickly: it is true for all heads that have an id which is no longer
 * current.
 */
export function mayBringEvidence(head: string, given: string): string {
  return `(${head}.identities @> (${given}) and not ${head}.identities @? '$[*] ? (@.former_since > 0 || @.disputed_since > 0)') is not true`
}
