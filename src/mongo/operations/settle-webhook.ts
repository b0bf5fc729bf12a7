import type { SettleWebhook, WriteStamp } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { nowOf } from '../expressions.js'
import { literal } from '../literal.js'

/** Writes what became of a body, unless somebody else took it up since. One command. */
export async function settleWebhook(context: MongoContext, input: WriteStamp & SettleWebhook): Promise<boolean> {
  const { accountId, id, token, outcome, report, retryInMs } = input
  const set = {
    outcome: literal(outcome),
    report: literal(JSON.stringify(report)),
    worked_at: nowOf(input),
    due_at: retryInMs === null ? '$$REMOVE' : { $add: ['$$NOW', retryInMs] },
  }
  const { matchedCount } = await context.collections.webhook_journal.updateOne(
    { _id: id, accountId, token },
    [{ $set: set }],
    inSession(context),
  )
  return matchedCount > 0
}
