import type { Names } from '../../names.js'

type Tables = Names['tables']

/** The contact inbox of an item `i`. The limit keeps it a look-up by key: the planner can not turn it into a join that reads the table. */
export function ownInbox(tables: Tables): string {
  return `select x.* from ${tables.contact_inboxes} x
      where x.account_id = v_account and x.oa_id = i.oa_id and x.customer_id = i.customer_id limit 1`
}

/** The contact inbox that `o` stands for: itself, or the one it is an alias of. */
export function canonicalInbox(tables: Tables): string {
  return `select x.* from ${tables.contact_inboxes} x
      where x.account_id = v_account and x.id = coalesce(o.canonical_id, o.id) limit 1`
}
