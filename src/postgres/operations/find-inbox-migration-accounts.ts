import type { FindInboxMigrationAccounts } from '../../store/adapter.js'
import { accountsIn } from '../accounts-in.js'
import type { PostgresContext } from '../context.js'
import { nothing, sql } from '../sql.js'

/** The accounts that have migrations which are not over. One statement. */
export async function findInboxMigrationAccounts(context: PostgresContext, input: FindInboxMigrationAccounts): Promise<readonly string[]> {
  const active = sql`(select m.account_id from ${context.tables.inbox_migrations} m where m.completed_at is null)`
  return accountsIn(context, active, nothing, input)
}
