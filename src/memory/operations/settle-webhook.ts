import type { SettleWebhook, WriteStamp } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { leaseNow } from '../lease-state.js'

export function settleWebhook(database: MemoryDatabase, input: WriteStamp & SettleWebhook): boolean {
  const { webhooks } = database.account(input.accountId)
  const { id, token, outcome, report, retryInMs } = input
  const row = webhooks.get(id)
  if (row?.token !== token) return false
  const now = leaseNow(input)
  const dueAt = retryInMs === null ? null : new Date(now.getTime() + retryInMs)
  webhooks.set(id, { ...row, outcome, report: structuredClone(report), dueAt, workedAt: now })
  return true
}
