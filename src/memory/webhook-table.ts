import type { KeepWebhook, KeptOutcome, KeptWebhook, KeptWebhookBody, TakenWebhook } from '../store/adapter.js'

/** A kept body as it is stored. */
export interface WebhookRow extends Omit<KeepWebhook, 'retainMs' | 'claimMs'> {
  readonly accountId: string
  readonly outcome: KeptOutcome
  readonly report: KeptWebhook['report']
  readonly attempts: number
  readonly token: number
  readonly operationId: string
  /** When somebody may take it up: after the claim of whoever works on it, or later. Null once it was settled. */
  readonly dueAt: Date | null
  readonly receivedAt: Date
  readonly workedAt: Date | null
  readonly expiresAt: Date
}

export function keptWebhook(row: WebhookRow): KeptWebhook {
  const { id, accountId, channel, provider, oaId, inboxes, outcome, report, attempts, holder, receivedAt, workedAt, expiresAt } = row
  return {
    id,
    accountId: accountId === '' ? null : accountId,
    channel,
    provider,
    oaId,
    inboxes: structuredClone(inboxes),
    outcome,
    report: structuredClone(report),
    attempts,
    holder,
    receivedAt: new Date(receivedAt),
    workedAt: workedAt && new Date(workedAt),
    expiresAt: new Date(expiresAt),
  }
}

export function keptBody(row: WebhookRow): KeptWebhookBody {
  return { ...keptWebhook(row), body: row.body }
}

export function takenWebhook(row: WebhookRow): TakenWebhook {
  return { ...keptBody(row), token: row.token }
}
