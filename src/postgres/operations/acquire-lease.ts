import type { AcquireLease, LeaseFound, WriteStamp } from '../../store/adapter.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { flag } from '../readers.js'
import { leaseColumns, timeToLive, toLease } from '../rows/lease.js'
import { sql } from '../sql.js'

const foundRow = columns({ acquired: flag })

/** Acquires a lease, or tells who has it, in one statement. */
export async function acquireLease(context: PostgresContext, input: WriteStamp & AcquireLease): Promise<LeaseFound> {
  const { accountId, kind, key, holder, ttlMs, operationId } = input
  const [row] = await context.write(
    sql`select f.acquired, ${leaseColumns('(f.lease)')} from ${context.fn('acquire_lease')}(
  ${accountId}::text, ${kind}::text, ${key}::text, ${holder}::text, ${operationId}::text, ${timeToLive(ttlMs)}) f`,
    input,
  )
  if (row === undefined) throw new TypeError('a lease was neither acquired nor held')
  return { acquired: flag(foundRow.of(row).acquired), lease: toLease(row) }
}
