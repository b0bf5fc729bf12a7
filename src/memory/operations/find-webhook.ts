import type { KeptWebhookBody, Scoped } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { keptBody } from '../webhook-table.js'

export function findWebhook(database: MemoryDatabase, input: Scoped & { readonly id: string }): KeptWebhookBody | null {
  const row = database.account(input.accountId).webhooks.get(input.id)
  return row === undefined ? null : keptBody(row)
}
