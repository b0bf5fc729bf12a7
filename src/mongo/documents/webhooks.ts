import type { JsonObject } from '../../model/json.js'
import type { KeptOutcome, KeptWebhook, KeptWebhookBody, TakenWebhook } from '../../store/adapter.js'
import type { Doc } from '../driver.js'
import { integer, list, text, textOrNull, time, timeOrNull } from './fields.js'

/** The fields of a kept body without its content. */
export const webhookFields = {
  accountId: 1,
  channel: 1,
  provider: 1,
  oa_id: 1,
  inboxes: 1,
  outcome: 1,
  report: 1,
  attempts: 1,
  holder: 1,
  received_at: 1,
  worked_at: 1,
  expires_at: 1,
} as const
export const webhookBodyFields = { ...webhookFields, body: 1, token: 1 } as const

export function keptWebhook(doc: Doc): KeptWebhook {
  return {
    id: text(doc._id),
    accountId: text(doc.accountId) || null,
    channel: text(doc.channel),
    provider: textOrNull(doc.provider),
    oaId: textOrNull(doc.oa_id),
    inboxes: list(doc.inboxes).map(({ channel, oa_id }) => ({ channel: text(channel), oaId: text(oa_id) })),
    outcome: text(doc.outcome) as KeptOutcome,
    // As JSON text, because a path of a body may hold a key that BSON takes for something of its own.
    report: typeof doc.report === 'string' ? (JSON.parse(doc.report) as JsonObject) : null,
    attempts: integer(doc.attempts),
    holder: text(doc.holder),
    receivedAt: time(doc.received_at),
    workedAt: timeOrNull(doc.worked_at),
    expiresAt: time(doc.expires_at),
  }
}

export function keptBody(doc: Doc): KeptWebhookBody {
  return { ...keptWebhook(doc), body: text(doc.body) }
}

export function takenWebhook(doc: Doc): TakenWebhook {
  return { ...keptBody(doc), token: Number(doc.token) }
}
