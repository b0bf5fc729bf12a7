import type { ReleaseLease, WriteStamp } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { sql } from '../sql.js'

/** Deletes the lease if it is this token's. Its last token stands elsewhere. One statement. */
export async function releaseLease(context: PostgresContext, input: WriteStamp & ReleaseLease): Promise<void> {
  const { accountId, kind, key, token } = input
  await context.write(
    sql`delete from ${context.tables.leases} l
where l.account_id = ${accountId} and l.kind = ${kind} and l.key = ${key} and l.token = ${token}::bigint`,
    input,
  )
}
