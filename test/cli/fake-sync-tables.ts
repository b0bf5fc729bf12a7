import type { SyncTables, SyncTablesOptions } from '../../src/migrator/kernel/sync-tables.js'

const database = 'chat_public'

/** Tables of the sync without a database, and what was asked of them. */
export function fakeSyncTables(objects: readonly string[] = ['table sync_state', 'view sync_locks']) {
  let there = objects
  const asked: (readonly [string, SyncTablesOptions])[] = []
  const report = (found: readonly string[]) => ({ database, objects: found, sessions: found.length })
  const syncTables: SyncTables = {
    look: async () => report(there),
    async remove(options) {
      asked.push(['remove', options])
      const before = there
      there = []
      return report(before)
    },
    async restore(options) {
      asked.push(['restore', options])
      there = objects
      return report(there)
    },
  }
  return { syncTables, asked }
}
