import type { FindSyncAccounts } from '../../store/adapter.js'
import { accountsIn } from '../accounts-in.js'
import type { PostgresContext } from '../context.js'
import { nothing } from '../sql.js'

/** The accounts that have sessions. One statement. */
export async function findSyncAccounts(context: PostgresContext, input: FindSyncAccounts): Promise<readonly string[]> {
  return accountsIn(context, context.tables.sync_state, nothing, input)
}
