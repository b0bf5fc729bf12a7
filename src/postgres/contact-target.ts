import type { ContactTarget } from '../store/adapter.js'
import type { PostgresContext } from './context.js'
import { canonicalContactInbox } from './conversation-target.js'
import { type Fragment, sql } from './sql.js'

/**
 * The id of the target's contact. A customer's contact is the one of their canonical contact inbox. A contact that
 * became one with another leads to the one that was kept.
 */
export function contactId(context: PostgresContext, accountId: string, target: ContactTarget): Fragment {
  return keptContact(context, accountId, namedContactId(context, accountId, target))
}

/** The id of the contact that is meant, which may lead to another one. */
export function namedContactId(context: PostgresContext, accountId: string, target: ContactTarget): Fragment {
  if ('contactId' in target) return sql`${target.contactId}::text`
  return sql`(select k.contact_id from ${context.tables.contact_inboxes} k
    where k.account_id = ${accountId} and k.id = ${canonicalContactInbox(context, accountId, target)})`
}

function keptContact({ tables }: PostgresContext, accountId: string, id: Fragment): Fragment {
  return sql`(select coalesce(m.merged_into, m.id) from ${tables.contacts} m where m.account_id = ${accountId} and m.id = ${id})`
}

/**
 * A query of the ids by which conversations name a contact: its own, and those of the contacts that became one with it.
 */
export function contactIds({ tables }: PostgresContext, accountId: string, contactId: string): Fragment {
  return sql`select kept.id from (
      select coalesce((select m.merged_into from ${tables.contacts} m where m.account_id = ${accountId} and m.id = ${contactId}), ${contactId}::text) as id
    ) kept
    union all
    select x.id from ${tables.contacts} x where x.account_id = ${accountId} and x.merged_into = coalesce(
      (select m.merged_into from ${tables.contacts} m where m.account_id = ${accountId} and m.id = ${contactId}), ${contactId}::text)`
}
