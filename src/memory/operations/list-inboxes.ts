import type { Inbox } from '../../model/inboxes.js'
import { compareBytes } from '../../model/planning/byte-order.js'
import { toInbox } from '../../model/planning/to-records.js'
import type { PageRequest, Scoped } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { MemoryDatabase } from '../database.js'

export function listInboxes(database: MemoryDatabase, { accountId, limit, after }: Scoped & PageRequest): AdapterPage<Inbox> {
  const rows = [...database.account(accountId).people.inboxes.values()]
    .filter(({ oaId }) => after === null || compareBytes(oaId, String(after[0])) > 0)
    .sort((a, b) => compareBytes(a.oaId, b.oaId))
  return pageOf(rows, limit, toInbox)
}
