import type { Names } from '../names.js'
import { syncKind } from './expressions/sync-lock-arguments.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** `cleanup_expired_locks()`: frees the sync locks of all accounts whose time is over, and returns how many. */
export function cleanupExpiredLocks({ fn }: Names): SqlFunction {
  return {
    name: 'cleanup_expired_locks',
    parameters: '',
    returns: 'bigint',
    attributes: `language sql volatile ${innerFunctionSettings}`,
    body: `
select ${fn('release_expired_leases')}('${syncKind}')
`,
  }
}
