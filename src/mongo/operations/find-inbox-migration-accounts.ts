import type { FindInboxMigrationAccounts } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'

/**
 * The accounts that have migrations which are not over, by one command. It names no account: it goes from each account
 * that has one to the next, by an index.
 */
export async function findInboxMigrationAccounts(context: MongoContext, input: FindInboxMigrationAccounts): Promise<readonly string[]> {
  const pipeline = [
    { $match: { inboxes: { $exists: true }, ...(input.after !== null && { accountId: { $gt: input.after } }) } },
    { $group: { _id: '$accountId' } },
    { $sort: { _id: 1 } },
    { $limit: input.limit },
  ]
  const found = await context.collections.inbox_migrations.aggregate(pipeline, inSession(context)).toArray()
  return found.map(({ _id }) => String(_id))
}
