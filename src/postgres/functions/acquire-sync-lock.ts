import type { Names } from '../names.js'
import { requireArguments, syncKind } from './expressions/sync-lock-arguments.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `acquire_sync_lock(account, page, locked_by, seconds)`: acquires the lock of an inbox's sync, or tells who has it.
 * The token is its holder's alone, and null for everybody else. Each call is one of its own: a caller that lost the
 * answer finds the lock held by itself, until the time is over. Raises 22023.
 */
export function acquireSyncLock(names: Names): SqlFunction {
  const { fn } = names
  return {
    name: 'acquire_sync_lock',
    parameters: 'p_account_id text, p_page_id text, p_locked_by text, p_ttl_seconds integer',
    returns: 'table (acquired boolean, token bigint, locked_by text, locked_at timestamptz, expires_at timestamptz)',
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
declare
  v_problem text;
begin
  ${requireArguments(names, ['account_id', 'page_id', 'locked_by', 'ttl_seconds'])}
  return query
    select a.acquired, case when a.acquired then (a.lease).token end, (a.lease).holder, (a.lease).acquired_at, (a.lease).expires_at
    from ${fn('acquire_lease')}(p_account_id, '${syncKind}', p_page_id, p_locked_by, ${fn('new_row_id')}(), p_ttl_seconds * interval '1 second') a;
end
`,
  }
}
