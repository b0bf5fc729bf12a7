import type { FindSyncAccounts } from '../store/adapter.js'
import { columns } from './columns.js'
import type { PostgresContext } from './context.js'
import { text } from './readers.js'
import { type Fragment, nothing, sql } from './sql.js'

const accountRow = columns({ account_id: text })

/**
 * The accounts that have rows in a table of the operator's, where the condition on `a.account_id` holds. It names no
 * account: it goes from each account that has a row to the next, by an index that begins with it, from the one after
 * `input.after` on. One statement.
 */
export async function accountsIn(
  context: PostgresContext,
  table: Fragment,
  condition: Fragment,
  input: FindSyncAccounts,
): Promise<readonly string[]> {
  const from = input.after === null ? nothing : sql`where t.account_id > ${input.after}`
  const rows = await context.read(
    sql`with recursive accounts as (
  (select t.account_id from ${table} t ${from} order by t.account_id limit 1)
  union all
  select (select t.account_id from ${table} t where t.account_id > a.account_id order by t.account_id limit 1)
  from accounts a where a.account_id is not null
)
select a.account_id from accounts a
where a.account_id is not null ${condition}
limit ${input.limit}::integer`,
    input,
  )
  return rows.map((row) => text(accountRow.of(row).account_id))
}
