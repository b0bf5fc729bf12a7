import type { Names } from '../names.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `former_heads(account, previous)`: the heads of those who had an id before, the last of them first. `previous` is the
 * `previous_head_id` of the id's row. What was before that is told by the row that the id had then; one that goes by
 * another id by now tells that one's past. It is `formerHeads` of src/model/planning/scopes.ts.
 */
export function formerHeads({ tables }: Names): SqlFunction {
  const next = 'case when x.customer_id = chr(1) || x.id then x.previous_head_id end'
  return {
    name: 'former_heads',
    parameters: 'p_account text, p_previous text',
    returns: 'text[]',
    attributes: `language sql stable ${innerFunctionSettings}`,
    body: `
  with recursive before(head, next, n) as (
    select coalesce(x.canonical_id, x.id), ${next}, 1 from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = p_previous
    union all
    select coalesce(x.canonical_id, x.id), ${next}, b.n + 1 from before b
    cross join lateral (select o.* from ${tables.contact_inboxes} o where o.account_id = p_account and o.id = b.next limit 1) x
  )
  select coalesce(array_agg(b.head order by b.n), '{}') from before b
`,
  }
}
