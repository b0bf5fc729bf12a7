import type { FindSyncAccounts } from '../../store/adapter.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { text } from '../readers.js'
import { sql } from '../sql.js'

const accountRow = columns({ account_id: text })

/**
 * The accounts that have sessions. It names no account: it goes from each account that has one to the next, by the
 * primary key. One statement.
 */
export async function findSyncAccounts(context: PostgresContext, input: FindSyncAccounts): Promise<readonly string[]> {
  const { sync_state } = context.tables
  const rows = await context.read(
    sql`with recursive accounts as (
  (select s.account_id from ${sync_state} s order by s.account_id limit 1)
  union all
  select (select s.account_id from ${sync_state} s where s.account_id > a.account_id order by s.account_id limit 1)
  from accounts a where a.account_id is not null
)
select a.account_id from accounts a
where a.account_id is not null
limit ${input.limit}::integer`,
    input,
  )
  return rows.map((row) => text(accountRow.of(row).account_id))
}
