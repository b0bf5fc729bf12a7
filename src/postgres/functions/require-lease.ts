import type { Names } from '../names.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `require_lease(account, lease)`: raises CS004 unless the lease is still this token's. It stays so until the
 * transaction ends, because whoever takes the lease over waits for the lock. Renewals do not wait for it. No lease
 * guards nothing.
 */
export function requireLease({ tables }: Names): SqlFunction {
  return {
    name: 'require_lease',
    parameters: 'p_account text, p_lease jsonb',
    returns: 'void',
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
begin
  if jsonb_typeof(p_lease) = 'object' then
    perform from ${tables.leases} l
    where l.account_id = p_account and l.kind = p_lease->>'kind' and l.key = p_lease->>'key' and l.token = (p_lease->>'token')::bigint
    for key share;
    if not found then
      raise exception 'LEASE_LOST' using errcode = 'CS004', detail = 'another holder has taken over, or the lease was released';
    end if;
  end if;
end
`,
  }
}
