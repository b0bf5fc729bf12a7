import type { Names } from '../names.js'
import { requireArguments, syncKind } from './expressions/sync-lock-arguments.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `release_sync_lock(account, page, token)`: frees the lock if it is this token's, and returns whether it was. A
 * released lock leaves no row. Raises 22023.
 */
export function releaseSyncLock(names: Names): SqlFunction {
  return {
    name: 'release_sync_lock',
    parameters: 'p_account_id text, p_page_id text, p_token bigint',
    returns: 'boolean',
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
declare
  v_problem text;
begin
  ${requireArguments(names, ['account_id', 'page_id', 'token'])}
  return ${names.fn('release_lease')}(p_account_id, '${syncKind}', p_page_id, p_token);
end
`,
  }
}
