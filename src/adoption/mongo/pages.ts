import type { Doc, MongoCollection } from '../../mongo/driver.js'
import type { PassState } from '../run-pass.js'
import { findExactly } from './find-exactly.js'

/** A place in the order of ids. It is a document, because an id may be null. */
interface Place {
  readonly id: unknown
}

/**
 * Limits a filter to a range of ids. The comparison is an expression, because that follows the order of all BSON types,
 * where a plain `$gt` matches only ids of the same type.
 */
export function within(filter: Doc, { cursor, upTo }: Pick<PassState, 'cursor' | 'upTo'>): Doc {
  const after = cursor === null ? [] : [{ $gt: ['$_id', { $literal: (cursor as Place).id }] }]
  return { $and: [filter, { $expr: { $and: [...after, { $lte: ['$_id', { $literal: (upTo as Place).id }] }] } }] }
}

/** The place of the last document. Null if there is none. */
export function placeOfLast(documents: readonly Doc[]): Place | null {
  const last = documents.at(-1)
  return last === undefined ? null : { id: last._id }
}

/** The documents after a pass's cursor, in the order of their ids. */
export function readPage(collection: MongoCollection, filter: Doc, state: PassState, limit: number, projection: Doc): Promise<Doc[]> {
  return findExactly(collection, within(filter, state), { sort: { _id: 1 }, limit, projection, hint: { _id: 1 } })
}

/** The place of the greatest id. Null if there are no documents. */
export async function greatestId(collection: MongoCollection): Promise<Place | null> {
  return placeOfLast(await findExactly(collection, {}, { sort: { _id: -1 }, limit: 1, projection: { _id: 1 } }))
}
