import type { Names } from '../names.js'
import { requireArguments, syncKind } from './expressions/sync-lock-arguments.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `extend_sync_lock(account, page, token, seconds)`: gives the token's holder the lock for so many seconds from now,
 * and returns until when. Null when the lock was lost: another one has it, or nobody. Raises 22023.
 */
export function extendSyncLock(names: Names): SqlFunction {
  return {
    name: 'extend_sync_lock',
    parameters: 'p_account_id text, p_page_id text, p_token bigint, p_ttl_seconds integer',
    returns: 'timestamptz',
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
declare
  v_problem text;
begin
  ${requireArguments(names, ['account_id', 'page_id', 'token', 'ttl_seconds'])}
  return (select l.expires_at
    from ${names.fn('renew_lease')}(p_account_id, '${syncKind}', p_page_id, p_token, p_ttl_seconds * interval '1 second') l);
end
`,
  }
}
