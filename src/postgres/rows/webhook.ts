import type { JsonObject } from '../../model/json.js'
import type { KeptOutcome, KeptWebhook, KeptWebhookBody, TakenWebhook } from '../../store/adapter.js'
import { statementTimeOf } from '../clock.js'
import { columns, type Row } from '../columns.js'
import { integer, json, jsonObject, text, textOrNull, time, timeOrNull } from '../readers.js'

export const webhookRow = columns({
  id: text,
  account_id: text,
  channel: text,
  provider: textOrNull,
  oa_id: textOrNull,
  inboxes: json<KeptWebhook['inboxes']>,
  outcome: text<KeptOutcome>,
  report: jsonObject,
  attempts: integer,
  holder: text,
  received_at: time,
  worked_at: timeOrNull,
  expires_at: time,
})
/** What is read of a body beside that, where its content is wanted. */
export const contentRow = columns({ body: text, token: integer })

export function toKeptWebhook(found: Row): KeptWebhook {
  const row = webhookRow.of(found)
  const report: JsonObject | null = jsonObject(row.report)
  return {
    id: text(row.id),
    accountId: text(row.account_id) || null,
    channel: text(row.channel),
    provider: textOrNull(row.provider),
    oaId: textOrNull(row.oa_id),
    inboxes: json(row.inboxes),
    outcome: text(row.outcome),
    report,
    attempts: integer(row.attempts),
    holder: text(row.holder),
    receivedAt: time(row.received_at),
    workedAt: timeOrNull(row.worked_at),
    expiresAt: time(row.expires_at),
  }
}

export function toKeptBody(found: Row): KeptWebhookBody {
  return { ...toKeptWebhook(found), body: text(contentRow.of(found).body) }
}

export function toTakenWebhook(found: Row): TakenWebhook {
  return { ...toKeptBody(found), token: integer(contentRow.of(found).token) }
}

/** Now by the database's clock, as an index can be asked for it: one moment for all of a statement. */
export const dueNow = statementTimeOf({ now: null })
