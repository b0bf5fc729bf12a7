import type { Names } from '../../names.js'

type Tables = Names['tables']

/**
 * The contact inbox of an item, by columns and as a `row`. The limit keeps it a look-up by key, because the planner
 * then can't turn it into a join that reads the whole table.
 */
export function ownInbox(tables: Tables, item: string): string {
  return `select x.*, x as row from ${tables.contact_inboxes} x
      where x.account_id = p_account and x.oa_id = ${item}.oa_id and x.customer_id = ${item}.customer_id limit 1`
}

/** The canonical contact inbox of `own`: itself, or the one that it is an alias of. */
export function canonicalInbox(tables: Tables, own: string): string {
  return `select x.*, x as row from ${tables.contact_inboxes} x
      where x.account_id = p_account and x.id = any (array(select coalesce(${own}.canonical_id, ${own}.id))) limit 1`
}
