import type { LeaseState, RenewLease, WriteStamp } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { leaseColumns, timeToLive, toLease } from '../rows/lease.js'
import { sql } from '../sql.js'

/** Gives the token the lease for longer, unless it is another token's by now. One statement. */
export async function renewLease(context: PostgresContext, input: WriteStamp & RenewLease): Promise<LeaseState | null> {
  const { accountId, kind, key, token, ttlMs } = input
  const [row] = await context.write(
    sql`select ${leaseColumns('l')} from ${context.fn('renew_lease')}(
  ${accountId}::text, ${kind}::text, ${key}::text, ${token}::bigint, ${timeToLive(ttlMs)}) l`,
    input,
  )
  return row === undefined ? null : toLease(row)
}
