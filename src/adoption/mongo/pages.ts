import type { Doc, MongoCollection } from '../../mongo/driver.js'
import type { PassState } from '../run-pass.js'
import { exactly } from './bson.js'

/**
 * Limits a filter to a range of ids. The comparison is an expression, because that follows the order of all BSON types,
 * where a plain `$gt` matches only ids of the same type.
 */
export function within(filter: Doc, { cursor, upTo }: Pick<PassState, 'cursor' | 'upTo'>): Doc {
  const after = cursor === null ? [] : [{ $gt: ['$_id', { $literal: cursor }] }]
  return { $and: [filter, { $expr: { $and: [...after, { $lte: ['$_id', { $literal: upTo }] }] } }] }
}

/** The documents after a pass's cursor, in the order of their ids. */
export function readPage(collection: MongoCollection, filter: Doc, state: PassState, limit: number, projection: Doc): Promise<Doc[]> {
  return collection.find(within(filter, state), { sort: { _id: 1 }, limit, projection, hint: { _id: 1 }, ...exactly }).toArray()
}

/**
 * The greatest id, or null if there are no documents. An id of the value null counts as none, because it is the least.
 */
export async function greatestId(collection: MongoCollection): Promise<unknown> {
  const [last] = await collection.find({}, { sort: { _id: -1 }, limit: 1, projection: { _id: 1 }, ...exactly }).toArray()
  return last === undefined ? null : (last._id ?? null)
}
