import { compareBytes } from '../../model/planning/byte-order.js'
import type { TakenWebhook, TakeWebhooks, WriteStamp } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { leaseNow } from '../lease-state.js'
import { takenWebhook, type WebhookRow } from '../webhook-table.js'

export function takeWebhooks(database: MemoryDatabase, input: WriteStamp & TakeWebhooks): readonly TakenWebhook[] {
  const { webhooks } = database.account(input.accountId)
  const { ids, limit, holder, claimMs, operationId } = input
  const now = leaseNow(input)
  const isOurs = (row: WebhookRow) => row.operationId === operationId
  const isDue = ({ dueAt }: WebhookRow) => (dueAt === null ? ids !== null : dueAt <= now)
  return [...webhooks.values()]
    .filter((row) => (ids === null || ids.includes(row.id)) && (isDue(row) || isOurs(row)))
    .sort((a, b) => Number(a.dueAt ?? 0) - Number(b.dueAt ?? 0) || compareBytes(a.id, b.id))
    .slice(0, limit)
    .map((row) => {
      const more = isOurs(row) ? 0 : 1
      const taken: WebhookRow = {
        ...row,
        holder,
        operationId,
        outcome: 'waiting',
        token: row.token + more,
        attempts: row.attempts + more,
        dueAt: new Date(now.getTime() + claimMs),
      }
      webhooks.set(row.id, taken)
      return taken
    })
    .sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime() || compareBytes(a.id, b.id))
    .map(takenWebhook)
}
