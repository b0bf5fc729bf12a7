import type { Names } from '../names.js'
import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `merge_target(account, id, oa, customer)`: the id of the conversation that is meant: by its id, by the id of one that
 * was merged into it, or as the active one of a customer.
 */
export function mergeTarget({ tables }: Names): SqlFunction {
  return {
    name: 'merge_target',
    parameters: 'p_account text, p_id text, p_oa text, p_customer text',
    returns: 'text',
    attributes: `language sql stable ${expressionSettings}`,
    body: `
  select case when p_id is not null then coalesce(
      (select c.id from ${tables.conversations} c where c.account_id = p_account and c.id = p_id),
      (select r.kept_id from ${tables.conversation_merges} r where r.account_id = p_account and r.lost_id = p_id and r.undone_at is null))
    else (select a.id from ${tables.contact_inboxes} o cross join lateral (select x.id from ${tables.conversations} x
        where x.account_id = p_account and x.contact_inbox_id = coalesce(o.canonical_id, o.id) and x.status <> 'closed' limit 1) a
      where o.account_id = p_account and o.oa_id = p_oa and o.customer_id = p_customer) end
`,
  }
}
