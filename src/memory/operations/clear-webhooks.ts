import { compareBytes } from '../../model/planning/byte-order.js'
import type { ClearedWebhooks, WriteStamp } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { leaseNow } from '../lease-state.js'

export function clearWebhooks(database: MemoryDatabase, input: WriteStamp & { readonly limit: number }): ClearedWebhooks {
  const { webhooks } = database.account(input.accountId)
  const now = leaseNow(input)
  const over = [...webhooks.values()]
    .filter(({ expiresAt, dueAt }) => expiresAt <= now && (dueAt === null || dueAt <= now))
    .sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime() || compareBytes(a.id, b.id))
  const cleared = over.slice(0, input.limit)
  for (const { id } of cleared) webhooks.delete(id)
  return { cleared: cleared.length, more: over.length > cleared.length }
}
