import type { Names } from '../../names.js'

type Tables = Names['tables']

/** The contact inbox of an item. The limit keeps it a look-up by key: the planner can not turn it into a join that reads the table. */
export function ownInbox(tables: Tables, item: string): string {
  return `select x.* from ${tables.contact_inboxes} x
      where x.account_id = p_account and x.oa_id = ${item}.oa_id and x.customer_id = ${item}.customer_id limit 1`
}

/** The contact inbox that `own` stands for: itself, or the one it is an alias of. */
export function canonicalInbox(tables: Tables, own: string): string {
  return `select x.* from ${tables.contact_inboxes} x
      where x.account_id = p_account and x.id = coalesce(${own}.canonical_id, ${own}.id) limit 1`
}
