import type { KeptWebhook, ListWebhooks } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { MemoryDatabase } from '../database.js'
import { newestFirst } from '../newest-first.js'
import { keptWebhook } from '../webhook-table.js'

export function listWebhooks(database: MemoryDatabase, input: ListWebhooks): AdapterPage<KeptWebhook> {
  const { since, channel, outcome, after, limit } = input
  const rows = [...database.account(input.accountId).webhooks.values()]
    .filter((row) => (since === null || row.receivedAt >= since) && (channel === null || row.channel === channel))
    .filter((row) => outcome === null || row.outcome === outcome)
  const sorted = newestFirst(rows, after, ({ receivedAt, id }) => [receivedAt, id])
  return pageOf(sorted, limit, keptWebhook)
}
