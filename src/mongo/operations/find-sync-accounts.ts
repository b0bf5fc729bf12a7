import type { FindSyncAccounts } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'

/**
 * The accounts that have sessions, by one command. It names no account: it goes from each account that has one to the
 * next, by an index.
 */
export async function findSyncAccounts(context: MongoContext, input: FindSyncAccounts): Promise<readonly string[]> {
  const pipeline = [
    ...(input.after === null ? [] : [{ $match: { accountId: { $gt: input.after } } }]),
    { $sort: { accountId: 1, started_at: -1, _id: -1 } },
    { $group: { _id: '$accountId', first: { $first: '$started_at' } } },
    { $sort: { _id: 1 } },
    { $limit: input.limit },
  ]
  const found = await context.collections.sync_state.aggregate(pipeline, inSession(context)).toArray()
  return found.map(({ _id }) => String(_id))
}
