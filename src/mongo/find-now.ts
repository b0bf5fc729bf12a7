import { inSession, type MongoContext } from './context.js'
import type { Doc } from './driver.js'
import type { CollectionName } from './schema/collections.js'

/**
 * Reads one document or none, and in either case the server's time: a `$facet` returns a document even where nothing
 * matched.
 */
export async function findNow(
  context: MongoContext,
  from: CollectionName,
  match: Doc,
  sort?: Doc,
): Promise<{ readonly doc: Doc | null; readonly serverNow: Date }> {
  const order = sort === undefined ? [] : [{ $sort: sort }]
  const pipeline = [{ $match: match }, ...order, { $limit: 1 }, { $facet: { found: [{ $limit: 1 }] } }, { $set: { now: '$$NOW' } }]
  const [answer] = await context.collections[from].aggregate(pipeline, latestState(context)).toArray()
  const [doc = null] = (answer?.found ?? []) as Doc[]
  return { doc, serverNow: answer?.now as Date }
}

/**
 * The options of a read that a write decides by: it must see the latest state, not only what a majority has
 * acknowledged.
 */
export function latestState(context: MongoContext): object {
  return context.session === null ? { readConcern: { level: 'local' } } : inSession(context)
}
