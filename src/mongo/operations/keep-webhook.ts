import type { KeepWebhook, WriteStamp } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { time } from '../documents/fields.js'
import { nowOf } from '../expressions.js'
import { literal } from '../literal.js'
import { upserted } from '../upserted.js'

/**
 * Keeps a body, with the claim of whoever works on it first. One command: an update, because only an update can ask the
 * server for its time. It leaves a document that is there already as it is.
 */
export async function keepWebhook(context: MongoContext, input: WriteStamp & KeepWebhook): Promise<Date> {
  const { accountId, id, channel, provider, oaId, inboxes, body, retainMs, holder, claimMs, operationId } = input
  const kept = literal({
    _id: id,
    accountId,
    channel,
    provider,
    oa_id: oaId,
    inboxes: inboxes.map((inbox) => ({ channel: inbox.channel, oa_id: inbox.oaId })),
    body,
    holder,
    operation_id: operationId,
    outcome: 'waiting',
    report: null,
    token: 1,
    attempts: 1,
    worked_at: null,
  })
  const times = {
    received_at: nowOf(input),
    expires_at: { $add: [nowOf(input), retainMs] },
    due_at: { $add: ['$$NOW', claimMs] },
  }
  const isThere = { $ne: [{ $type: '$token' }, 'missing'] }
  const update = [{ $replaceWith: { $cond: [isThere, '$$ROOT', { $mergeObjects: [kept, times] }] } }]
  const options = { ...inSession(context), upsert: true, returnDocument: 'after', projection: { received_at: 1 } }
  const doc = await upserted(() => context.collections.webhook_journal.findOneAndUpdate({ _id: id, accountId }, update, options))
  return time(doc.received_at)
}
