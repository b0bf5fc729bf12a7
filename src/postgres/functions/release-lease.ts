import type { Names } from '../names.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `release_lease(account, kind, key, token)`: deletes the lease if it is this token's, and tells whether it was. The
 * last token stands in a row of its own.
 */
export function releaseLease({ tables: { leases } }: Names): SqlFunction {
  return {
    name: 'release_lease',
    parameters: 'p_account_id text, p_kind text, p_key text, p_token bigint',
    returns: 'boolean',
    attributes: `language sql volatile ${innerFunctionSettings}`,
    body: `
with released as (
  delete from ${leases} l
  where l.account_id = p_account_id and l.kind = p_kind and l.key = p_key and l.token = p_token
  returning l.token
)
select exists (select from released)
`,
  }
}
