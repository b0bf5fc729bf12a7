import type { Doc, MongoCollection } from '../../mongo/driver.js'
import { inServerOrder, mayBeReordered } from '../../mongo/migrator/exact-ids.js'
import { exactly } from './bson.js'

/** Where the bytes of a value go that is read a second time. The driver leaves documents in such an array as bytes. */
const bytes = 'conversation_store_bytes'
/** Options of a read with `withBytes`. */
export const exactlyWithBytes = { ...exactly, fieldsAsRaw: { [bytes]: true } }

/** A projection of a value together with its bytes. */
export function withBytes(name: string, expression: string): Doc {
  return { [name]: expression, [bytes]: [expression] }
}

/** The value of that projection, with all of its fields in the order of the server. */
export function exactValue(document: Doc, name: string): unknown {
  return inServerOrder(document[name], document[bytes])
}

/**
 * Finds documents that go back to the server as they came. JavaScript puts a field that is named `2024` before the
 * others of its document, which makes another id of one that is a document. Where that may have happened, everything is
 * read once more together with its bytes, which tell the order. Such documents may have 8 MiB at most.
 */
export async function findExactly(collection: Pick<MongoCollection, 'find'>, filter: Doc, options: object = {}): Promise<Doc[]> {
  const found = await collection.find(filter, { ...options, ...exactly }).toArray()
  if (!found.some(mayBeReordered)) return found
  const projection = { _id: 0, ...withBytes('document', '$$ROOT') }
  const again = await collection.find(filter, { ...options, projection, ...exactlyWithBytes }).toArray()
  return again.map((document) => exactValue(document, 'document') as Doc)
}
