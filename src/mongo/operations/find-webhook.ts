import type { KeptWebhookBody, Scoped } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { keptBody, webhookBodyFields } from '../documents/webhooks.js'

export async function findWebhook(
  context: MongoContext,
  { accountId, id }: Scoped & { readonly id: string },
): Promise<KeptWebhookBody | null> {
  const options = { ...inSession(context), projection: webhookBodyFields }
  const doc = await context.collections.webhook_journal.findOne({ _id: id, accountId }, options)
  return doc && keptBody(doc)
}
