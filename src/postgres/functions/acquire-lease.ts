import type { Names } from '../names.js'
import { leaseNow } from './expressions/lease-time.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** What a column becomes: the new holder's value if the lease is free, and what it is otherwise. */
function kept(column: string): string {
  return `${column} = case when l.expires_at <= excluded.acquired_at then excluded.${column} else l.${column} end`
}

/**
 * `acquire_lease(account, kind, key, holder, operation_id, ttl)`: acquires a lease in one statement, and returns it as
 * it is now, and whether it is the caller's. Whoever finds none held takes the row of its last token first, and so
 * waits there for others who do the same. Only then it looks at the lease again, with the time of that moment, and
 * leaves it to its holder unless it is free. Whoever finds it held writes nothing. A call that is sent again knows its
 * lease by the operation id.
 */
export function acquireLease({ tables: { leases, lease_tokens } }: Names): SqlFunction {
  return {
    name: 'acquire_lease',
    parameters: 'p_account_id text, p_kind text, p_key text, p_holder text, p_operation_id text, p_ttl interval',
    returns: `table (acquired boolean, lease ${leases})`,
    attributes: `language sql volatile ${innerFunctionSettings}`,
    body: `
with held as materialized (
  select l as lease from ${leases} l
  where l.account_id = p_account_id and l.kind = p_kind and l.key = p_key and l.expires_at > ${leaseNow}
),
next as (
  insert into ${lease_tokens} as t (account_id, kind, key, token)
  select p_account_id, p_kind, p_key, 1 where not exists (select from held)
  on conflict (account_id, kind, key) do update set token = t.token + 1
  returning t.token, ${leaseNow} as at
),
taken as (
  insert into ${leases} as l (account_id, kind, key, holder, operation_id, token, acquired_at, expires_at)
  select p_account_id, p_kind, p_key, p_holder, p_operation_id, next.token, next.at, next.at + p_ttl from next
  on conflict (account_id, kind, key) do update set
    ${['holder', 'operation_id', 'token', 'acquired_at', 'expires_at'].map(kept).join(',\n    ')}
  returning l as lease
)
select (found.lease).operation_id = p_operation_id, found.lease
from (select held.lease from held union all select taken.lease from taken) found
`,
  }
}
