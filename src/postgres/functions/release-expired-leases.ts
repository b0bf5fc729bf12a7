import { operatorScope } from '../../store/operator-scope.js'
import { literal } from '../literal.js'
import type { Names } from '../names.js'
import { leaseNow } from './expressions/lease-time.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `release_expired_leases(kind)`: deletes the leases of all accounts whose time is over, and returns how many. It locks
 * each before it deletes any, and passes over what is locked: under such a lease a write is under way, or somebody is
 * taking it over. So it waits for nobody, and two calls at once can't wait for each other. The lock reads the newest
 * row, so a lease that was renewed meanwhile stays.
 */
export function releaseExpiredLeases({ tables: { leases } }: Names): SqlFunction {
  return {
    name: 'release_expired_leases',
    parameters: 'p_kind text',
    returns: 'bigint',
    attributes: `language sql volatile ${innerFunctionSettings}`,
    body: `
with over as materialized (
  select l.account_id, l.key, l.token from ${leases} l
  where l.kind = p_kind and l.account_id <> ${literal(operatorScope)} and l.expires_at <= ${leaseNow}
  for update skip locked
),
released as (
  delete from ${leases} l using over o
  where l.account_id = o.account_id and l.kind = p_kind and l.key = o.key and l.token = o.token
  returning l.token
)
select count(*) from released
`,
  }
}
