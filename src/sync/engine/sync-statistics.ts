import type { CallOptions } from '../../store/inputs.js'
import type { PagedList } from '../../store/paged-list.js'
import type { SyncStatistics } from '../../store/sync-port.js'
import type { SyncSessions, SyncStatisticsInput } from '../../store/sync-sessions.js'

/**
 * Tells how the syncs of an account's inboxes went, by `oaId`: over all sessions that are kept. `await` gives one page;
 * `for await` walks over all of them.
 */
export function syncStatistics(
  acme: Pick<SyncSessions, 'syncStatistics'>,
  input?: SyncStatisticsInput,
  options?: CallOptions,
): PagedList<SyncStatistics> {
  return acme.syncStatistics(input, options)
}
