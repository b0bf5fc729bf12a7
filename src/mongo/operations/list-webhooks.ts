import type { KeptWebhook, ListWebhooks } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { inSession, type MongoContext } from '../context.js'
import { keptWebhook, webhookFields } from '../documents/webhooks.js'
import type { Doc } from '../driver.js'

/** Lists the kept bodies without their contents, the newest first. */
export async function listWebhooks(context: MongoContext, input: ListWebhooks): Promise<AdapterPage<KeptWebhook>> {
  const { accountId, channel, outcome, limit } = input
  const filter = { accountId, ...within(input), ...(channel !== null && { channel }), ...(outcome !== null && { outcome }) }
  const options = {
    ...inSession(context),
    projection: webhookFields,
    sort: { received_at: -1, _id: -1 },
    limit: limit + 1,
    batchSize: limit + 1,
  }
  return pageOf(await context.collections.webhook_journal.find(filter, options).toArray(), limit, keptWebhook)
}

/** The range at the top bounds the index scan. An `$or` at the top would make a plan for each of its branches. */
function within({ since, after }: ListWebhooks): Doc {
  const [milliseconds, id] = after ?? []
  const at = new Date(Number(milliseconds))
  const range = { ...(since !== null && { $gte: since }), ...(after !== null && { $lte: at }) }
  return {
    ...(Object.keys(range).length > 0 && { received_at: range }),
    ...(after !== null && { $or: [{ received_at: { $lt: at } }, { _id: { $lt: String(id) } }] }),
  }
}
