import type { RenewWebhook, WriteStamp } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { leaseNow } from '../lease-state.js'

export function renewWebhook(database: MemoryDatabase, input: WriteStamp & RenewWebhook): boolean {
  const { webhooks } = database.account(input.accountId)
  const { id, token, claimMs } = input
  const row = webhooks.get(id)
  if (row?.token !== token || row.dueAt === null) return false
  webhooks.set(id, { ...row, dueAt: new Date(leaseNow(input).getTime() + claimMs) })
  return true
}
