import type { KeepWebhook, WriteStamp } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { leaseNow } from '../lease-state.js'

export function keepWebhook(database: MemoryDatabase, input: WriteStamp & KeepWebhook): Date {
  const { webhooks } = database.account(input.accountId)
  const { accountId, operationId, id, channel, provider, oaId, inboxes, body, retainMs, holder, claimMs } = input
  const before = webhooks.get(id)
  if (before !== undefined) return new Date(before.receivedAt)
  const now = leaseNow(input)
  webhooks.set(id, {
    accountId,
    operationId,
    id,
    channel,
    provider,
    oaId,
    inboxes: structuredClone(inboxes),
    body,
    holder,
    outcome: 'waiting',
    report: null,
    attempts: 1,
    token: 1,
    dueAt: new Date(now.getTime() + claimMs),
    receivedAt: now,
    workedAt: null,
    expiresAt: new Date(now.getTime() + retainMs),
  })
  return new Date(now)
}
