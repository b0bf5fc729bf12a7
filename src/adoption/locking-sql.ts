import type { LockingTables } from './locking-types.js'

/**
 * What `addOptimisticLocking` does as one text of SQL, to be pasted into an editor. It is one statement, so it does all
 * or nothing, and may be pasted again: it skips what is there, and ends with a notice of what was added. Writers of
 * events wait while it runs, because it builds their indexes without letting them go on. It refuses a column `version`
 * of another type than integer, and names it.
 */
export async function lockingSql(options: LockingTables = {}): Promise<string> {
  // The texts of the store's functions are loaded only by whoever asks for them.
  return (await import('./postgres/locking-sql.js')).lockingSql(options)
}
