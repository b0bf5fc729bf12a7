import type { MongoContext } from '../context.js'
import { list } from '../documents/fields.js'
import type { Doc } from '../driver.js'
import { latestState } from '../find-now.js'
import type { Query } from './queries.js'

/** One command has at most so many look-ups: the server takes a thousand stages, and each look-up takes some time. */
const lookupsAtOnce = 100

/**
 * Finds what questions for one message of a conversation ask, each of which has a sort and a limit of its own: by
 * look-ups of any one document, because no stage joins several such queries in a transaction. They find ids alone, so
 * that the document that has them all is small.
 */
export async function findListed(context: MongoContext, accountId: string, queries: readonly Query[]): Promise<readonly Doc[]> {
  const ids: unknown[] = []
  for (let first = 0; first < queries.length; first += lookupsAtOnce) {
    const lookups = queries.slice(first, first + lookupsAtOnce).map(({ from, match, stages = [] }, index) => {
      const pipeline = [{ $match: { accountId, ...match } }, ...stages, { $project: { _id: 1 } }]
      return { $lookup: { as: `asked_${index}`, from, pipeline } }
    })
    const any = [{ $match: { accountId } }, { $limit: 1 }, { $project: { _id: 1 } }]
    const [found] = await context.collections.conversations.aggregate([...any, ...lookups], latestState(context)).toArray()
    ids.push(...lookups.flatMap(({ $lookup }) => list(found?.[$lookup.as]).map(({ _id }) => _id)))
  }
  if (ids.length === 0) return []
  return context.collections.messages.find({ accountId, _id: { $in: ids } }, latestState(context)).toArray()
}
