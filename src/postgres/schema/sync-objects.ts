import { literal } from '../literal.js'
import type { Names } from '../names.js'

/**
 * What the sync has in a schema beside its leases. A store may do without it: a host that pulls no history drops it by
 * `conversation-store sync remove`. The table stands for all of it. Views come in the order in which they are dropped.
 */
export const syncTable = 'sync_state'
export const syncViews = ['sync_statistics', 'active_syncs', 'sync_locks']
export const syncFunctions = ['acquire_sync_lock', 'extend_sync_lock', 'release_sync_lock', 'cleanup_expired_locks']

const names: ReadonlySet<string> = new Set([syncTable, ...syncViews, ...syncFunctions])

/** Whether an object of the catalog is the sync's: itself, or because it belongs to a table or a view that is. */
export function isOfSync(object: string, belongsTo: string | undefined): boolean {
  return names.has(belongsTo ?? '') || names.has(object.replace(/^(?:table|view|function) /, ''))
}

/** Whether an error of the server says that an object of the sync is not there. */
export function namesSyncObject({ prefix }: Names, message: string): boolean {
  return [...names].some((name) => message.includes(prefix + name))
}

/**
 * Drops the functions of the sync where its table was removed. The functions are created anew by each version that
 * changes one, and would come back with it.
 */
export function dropRemovedFunctionsSql(of: Names, signatures: readonly string[]): string {
  return `do $removed$
begin
  if to_regclass(${literal(of.fn(syncTable))}) is null then
${signatures.map((signature) => `    execute ${literal(`drop function if exists ${signature}`)};`).join('\n')}
  end if;
end
$removed$`
}
