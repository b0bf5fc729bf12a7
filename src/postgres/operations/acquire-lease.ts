import type { AcquireLease, LeaseFound, WriteStamp } from '../../store/adapter.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { flag } from '../readers.js'
import { leaseColumns, leaseNow, storedLease, toLease } from '../rows/lease.js'
import { type Fragment, raw, sql } from '../sql.js'

const foundRow = columns({ acquired: flag })

/** What a column becomes: the new holder's value if the lease is free, and what it is otherwise. */
function kept(column: string): Fragment {
  return raw(`case when l.expires_at <= excluded.acquired_at then excluded.${column} else l.${column} end`)
}

/**
 * Acquires a lease in one statement. Whoever finds none held takes the row of its last token first, and so waits there
 * for others who do the same. Only then it looks at the lease again, with the time of that moment, and leaves it to its
 * holder unless it is free. Whoever finds it held writes nothing. A call that is sent again knows its lease by the
 * operation id.
 */
export async function acquireLease(context: PostgresContext, input: WriteStamp & AcquireLease): Promise<LeaseFound> {
  const { leases, lease_tokens } = context.tables
  const { accountId, kind, key, holder, ttlMs, operationId } = input
  const [row] = await context.write(
    sql`with held as materialized (
  select ${storedLease('l')} from ${leases} l
  where l.account_id = ${accountId} and l.kind = ${kind} and l.key = ${key} and l.expires_at > ${leaseNow}
),
next as (
  insert into ${lease_tokens} as t (account_id, kind, key, token)
  select ${accountId}::text, ${kind}::text, ${key}::text, 1 where not exists (select from held)
  on conflict (account_id, kind, key) do update set token = t.token + 1
  returning t.token, ${leaseNow} as at
),
taken as (
  insert into ${leases} as l (account_id, kind, key, holder, operation_id, token, acquired_at, expires_at)
  select ${accountId}::text, ${kind}::text, ${key}::text, ${holder}::text, ${operationId}::text, next.token, next.at,
    next.at + ${ttlMs}::bigint * interval '1 millisecond'
  from next
  on conflict (account_id, kind, key) do update set
    holder = ${kept('holder')}, operation_id = ${kept('operation_id')}, token = ${kept('token')},
    acquired_at = ${kept('acquired_at')}, expires_at = ${kept('expires_at')}
  returning ${storedLease('l')}
)
select found.operation_id = ${operationId}::text as acquired, ${leaseColumns('found')}
from (select ${storedLease('held')} from held union all select ${storedLease('taken')} from taken) found`,
    input,
  )
  if (row === undefined) throw new TypeError('a lease was neither acquired nor held')
  return { acquired: flag(foundRow.of(row).acquired), lease: toLease(row) }
}
