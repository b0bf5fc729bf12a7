import type { ErrorDetails } from '../../../model/errors.js'
import type { Doc, MongoDb } from '../../driver.js'
import { prefixOf } from '../../prefixed-db.js'
import type { CollectionIndex } from './declared-index.js'
import { collectionCall, shellText } from './shell-text.js'

export interface Duplicates {
  readonly fields: readonly string[]
  /** At most 20, the largest first. */
  readonly groups: ErrorDetails['DUPLICATE_KEYS']['groups']
  readonly totalGroups: number
  readonly totalDocuments: number
  /** A query for the shell that lists all groups. */
  readonly query: string
}

export interface DuplicateSearch {
  /** How long the server may search, in milliseconds. Default 30,000. */
  readonly maxTimeMs?: number
}

const atMost = 20
const defaultMaxTimeMs = 30_000

/**
 * Finds the documents that share a key that a unique index would allow once. Null if there are none. It respects the
 * index's condition and collation, and that a list gives a document several keys. Throws the server's error if the
 * search takes longer than it may (MaxTimeMSExpired, 50).
 */
export async function findDuplicates(
  db: MongoDb,
  collection: string,
  index: CollectionIndex,
  { maxTimeMs = defaultMaxTimeMs }: DuplicateSearch = {},
): Promise<Duplicates | null> {
  const fields = Object.keys(index.key)
  const options = { allowDiskUse: true, maxTimeMS: maxTimeMs, readPreference: 'primary', ...collationOf(index) }
  const lists = await listsOf(db, collection, fields, options)
  const pipeline = groupsPipeline(index, fields, lists)
  const largest = { $sort: { count: -1, _id: 1 } }
  const totals = { $group: { _id: null, groups: { $sum: 1 }, documents: { $sum: '$count' } } }
  const facets = { $facet: { groups: [largest, { $limit: atMost }], totals: [totals] } }
  const [found] = await db
    .collection(collection)
    .aggregate([...pipeline, facets], options)
    .toArray()
  const [total] = (found?.totals ?? []) as Doc[]
  if (total === undefined) return null
  return {
    fields,
    groups: ((found?.groups ?? []) as Doc[]).map(({ _id, count }) => ({ key: keyOf(fields, _id as Doc), count: Number(count) })),
    totalGroups: Number(total.groups),
    totalDocuments: Number(total.documents),
    query: collectionCall(prefixOf(db) + collection, 'aggregate', [...pipeline, largest], { allowDiskUse: true, ...collationOf(index) }),
  }
}

/**
 * The paths on the way to the key, if any document holds a list in one of them, because the index has a key for each
 * value of a list. Otherwise empty.
 */
async function listsOf(db: MongoDb, collection: string, fields: readonly string[], options: Doc): Promise<readonly string[]> {
  const paths = [...new Set(fields.flatMap(pathsTo))]
  const { maxTimeMS, readPreference } = options
  const hasList = { $or: paths.map((path) => ({ [path]: { $type: 'array' } })) }
  const documents = await db
    .collection(collection)
    .find(hasList, { limit: 1, projection: { _id: 1 }, maxTimeMS, readPreference })
    .toArray()
  return documents.length === 0 ? [] : paths
}

function pathsTo(field: string): readonly string[] {
  const parts = field.split('.')
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'))
}

function groupsPipeline(index: CollectionIndex, fields: readonly string[], lists: readonly string[]): Doc[] {
  const { partialFilterExpression: condition, sparse } = index.options
  const key = Object.fromEntries(fields.map((field, place) => [`k${place}`, { $ifNull: [`$${field}`, null] }]))
  // A document that has the same key twice is not its own duplicate.
  const once = lists.length === 0 ? [] : [{ $group: { _id: { document: '$_id', ...key } } }]
  const again = Object.fromEntries(Object.keys(key).map((name) => [name, `$_id.${name}`]))
  return [
    ...(condition === undefined ? [] : [{ $match: condition }]),
    ...(sparse === true ? [{ $match: { $or: fields.map((field) => ({ [field]: { $exists: true } })) } }] : []),
    { $project: Object.fromEntries(withoutNested(fields).map((field) => [field, 1])) },
    ...lists.map((path) => ({ $unwind: { path: `$${path}`, preserveNullAndEmptyArrays: true } })),
    ...once,
    { $group: { _id: once.length === 0 ? key : again, count: { $sum: 1 } } },
    { $match: { count: { $gt: 1 } } },
  ]
}

/** A projection must not name a field inside another field that it names. */
function withoutNested(fields: readonly string[]): readonly string[] {
  return fields.filter((field) => !fields.some((other) => field.startsWith(`${other}.`)))
}

function collationOf({ options: { collation } }: CollectionIndex): Doc {
  return collation === undefined ? {} : { collation }
}

function keyOf(fields: readonly string[], key: Doc): Readonly<Record<string, unknown>> {
  return Object.fromEntries(fields.map((field, place) => [field, key[`k${place}`] ?? null]))
}

/**
 * The lines of a preview: how many duplicates there are and how to list them, then the largest groups, one per line.
 */
export function duplicateLines(
  index: CollectionIndex,
  { fields, groups, totalGroups, totalDocuments, query }: Duplicates,
): readonly string[] {
  return [
    `${index.options.name} needs ${fields.join(', ')} to be unique, and ${totalDocuments} documents share ${totalGroups} key(s); list them with ${query}`,
    ...groups.map(({ key, count }) => `${shellText(key)}: ${count} documents`),
  ]
}
