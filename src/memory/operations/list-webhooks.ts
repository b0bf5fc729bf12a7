import { compareBytes } from '../../model/planning/byte-order.js'
import type { KeptWebhook, ListWebhooks } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { MemoryDatabase } from '../database.js'
import { keptWebhook } from '../webhook-table.js'

export function listWebhooks(database: MemoryDatabase, input: ListWebhooks): AdapterPage<KeptWebhook> {
  const { since, channel, outcome, after, limit } = input
  const [afterTime, afterId] = after ?? []
  const rows = [...database.account(input.accountId).webhooks.values()]
    .filter((row) => (since === null || row.receivedAt >= since) && (channel === null || row.channel === channel))
    .filter((row) => outcome === null || row.outcome === outcome)
    .sort((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime() || compareBytes(b.id, a.id))
    .filter(({ receivedAt, id }) => {
      if (afterTime === undefined) return true
      const time = receivedAt.getTime() - Number(afterTime)
      return time < 0 || (time === 0 && compareBytes(id, String(afterId)) < 0)
    })
  return pageOf(rows, limit, keptWebhook)
}
