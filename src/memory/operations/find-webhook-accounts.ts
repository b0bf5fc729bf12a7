import { compareBytes } from '../../model/planning/byte-order.js'
import type { FindWebhookAccounts } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { leaseNow } from '../lease-state.js'

export function findWebhookAccounts(database: MemoryDatabase, input: FindWebhookAccounts): readonly string[] {
  const now = leaseNow(input)
  return database
    .accounts()
    .filter((accountId) =>
      [...database.account(accountId).webhooks.values()].some(
        ({ dueAt, expiresAt }) => input.of === 'all' || (dueAt !== null && dueAt <= now) || expiresAt <= now,
      ),
    )
    .filter((accountId) => input.after === null || compareBytes(accountId, input.after) > 0)
    .sort(compareBytes)
    .slice(0, input.limit)
}
