import type { RenewWebhook, WriteStamp } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'

/** Lets the claim on a body end later, unless somebody else took it up since. One command. */
export async function renewWebhook(context: MongoContext, input: WriteStamp & RenewWebhook): Promise<boolean> {
  const { accountId, id, token, claimMs } = input
  const { matchedCount } = await context.collections.webhook_journal.updateOne(
    { _id: id, accountId, token, due_at: { $exists: true } },
    [{ $set: { due_at: { $add: ['$$NOW', claimMs] } } }],
    inSession(context),
  )
  return matchedCount > 0
}
