import type { Names } from '../names.js'
import { leaseNow } from './expressions/lease-time.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `renew_lease(account, kind, key, token, ttl)`: gives the token the lease for longer. No row when the lease is another
 * token's by now, or nobody's. One whose time is over and that nobody took is renewed.
 */
export function renewLease({ tables: { leases } }: Names): SqlFunction {
  return {
    name: 'renew_lease',
    parameters: 'p_account_id text, p_kind text, p_key text, p_token bigint, p_ttl interval',
    returns: `setof ${leases}`,
    attributes: `language sql volatile ${innerFunctionSettings}`,
    body: `
update ${leases} l set expires_at = ${leaseNow} + p_ttl
where l.account_id = p_account_id and l.kind = p_kind and l.key = p_key and l.token = p_token
returning l.*
`,
  }
}
