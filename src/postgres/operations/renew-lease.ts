import type { LeaseState, RenewLease, WriteStamp } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { leaseColumns, leaseNow, toLease } from '../rows/lease.js'
import { sql } from '../sql.js'

/** Gives the token the lease for longer, unless it is another token's by now. One statement. */
export async function renewLease(context: PostgresContext, input: WriteStamp & RenewLease): Promise<LeaseState | null> {
  const { accountId, kind, key, token, ttlMs } = input
  const [row] = await context.write(
    sql`update ${context.tables.leases} l set expires_at = ${leaseNow} + ${ttlMs}::bigint * interval '1 millisecond'
where l.account_id = ${accountId} and l.kind = ${kind} and l.key = ${key} and l.token = ${token}::bigint
returning ${leaseColumns('l')}`,
    input,
  )
  return row === undefined ? null : toLease(row)
}
