import type { FindWebhookAccounts } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import type { Doc } from '../driver.js'
import { nowOf } from '../expressions.js'

/**
 * The accounts that have bodies, by one command, or bodies that are due or over, by two. They name no account and show
 * no body: each goes from one account of the journal to the next, by an index.
 */
export async function findWebhookAccounts(context: MongoContext, input: FindWebhookAccounts): Promise<readonly string[]> {
  const first = async (field: string, match: Doc[], now: unknown): Promise<readonly string[]> => {
    const pipeline = [
      ...(input.after === null ? [] : [{ $match: { accountId: { $gt: input.after } } }]),
      ...match,
      { $sort: { accountId: 1, [field]: 1 } },
      { $group: { _id: '$accountId', first: { $first: `$${field}` } } },
      ...(input.of === 'all' ? [] : [{ $match: { $expr: { $lte: ['$first', now] } } }]),
      { $sort: { _id: 1 } },
      { $limit: input.limit },
    ]
    const found = await context.collections.webhook_journal.aggregate(pipeline, inSession(context)).toArray()
    return found.map(({ _id }) => String(_id))
  }
  const due = input.of === 'all' ? [] : await first('due_at', [{ $match: { due_at: { $exists: true } } }], '$$NOW')
  const over = await first('expires_at', [], nowOf(input))
  return [...new Set([...due, ...over])].sort().slice(0, input.limit)
}
