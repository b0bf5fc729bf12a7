import { ConversationStoreError } from '../../../model/errors.js'
import type { Doc, MongoDb } from '../../driver.js'
import { prefixOf } from '../../prefixed-db.js'
import { duplicateKey, serverCode } from '../../translate-error.js'
import type { CollectionIndex, DeclaredIndex } from './declared-index.js'
import { type DuplicateSearch, type Duplicates, findDuplicates } from './find-duplicates.js'
import { declaredForm, describeDifferences, excludeEachOther, foundForm, type IndexForm } from './index-form.js'
import { type LiveIndex, readIndexes } from './live-indexes.js'
import { serverCollations } from './server-collations.js'
import { collectionCall } from './shell-text.js'

// CannotCreateIndex, IndexOptionsConflict, IndexKeySpecsConflict.
export const conflictCodes: ReadonlySet<number> = new Set([67, 85, 86])

/**
 * Looks up on the server why it did not make these indexes, and returns INDEX_CONFLICT or DUPLICATE_KEYS. Null if the
 * error is another one, or if the obstacle is gone.
 */
export async function explainRefusal(
  db: MongoDb,
  collection: string,
  specifications: readonly CollectionIndex[],
  error: unknown,
  search: DuplicateSearch = {},
): Promise<ConversationStoreError | null> {
  const code = serverCode(error)
  if (code === duplicateKey) return explainDuplicates(db, collection, specifications, error as Error, search)
  if (code === null || !conflictCodes.has(code)) return null
  const [live] = await readIndexes(db, [collection])
  for (const declared of specifications) {
    const form = declaredForm(declared, live?.collation, await serverCollations(db, [{ ...declared, collection }]))
    const rival = rivalOf(declared, form, live?.indexes ?? [])
    if (rival) return conflict(db, { ...declared, collection }, rival, error)
  }
  return null
}

interface Rival {
  readonly name: string
  readonly differences: readonly string[]
}

/**
 * Finds the index that keeps the server from making this one: it has the same name, or the server takes it for the same
 * index.
 */
function rivalOf(declared: CollectionIndex, form: IndexForm, indexes: readonly LiveIndex[]): Rival | null {
  const formed = indexes.map((index) => ({ index, found: foundForm(index) }))
  const named = formed.find(({ index }) => index.name === declared.options.name)
  const rival = named ?? formed.find(({ found }) => excludeEachOther(form, found))
  if (rival === undefined) return null
  const differences = describeDifferences(form, rival.found)
  if (differences.length > 0) return { name: rival.index.name, differences }
  return named ? null : { name: rival.index.name, differences: [`name: declared ${declared.options.name}, found ${rival.index.name}`] }
}

export function conflict(db: MongoDb, { collection, options }: DeclaredIndex, found: Rival, cause?: unknown): ConversationStoreError {
  const details = {
    database: databaseOf(db),
    collection: prefixOf(db) + collection,
    index: options.name,
    found: found.name,
    differences: found.differences,
  }
  return new ConversationStoreError('INDEX_CONFLICT', details, { cause })
}

async function explainDuplicates(
  db: MongoDb,
  collection: string,
  specifications: readonly CollectionIndex[],
  error: Error,
  search: DuplicateSearch,
): Promise<ConversationStoreError | null> {
  const unique = specifications.filter(({ options }) => options.unique === true)
  // The server's message names the index. The text around the name is compared too, because one name may begin with
  // another.
  const named = unique.filter(({ options }) => error.message.includes(`index: ${options.name} dup key`))
  for (const index of named.length > 0 ? named : unique) {
    const duplicates = await findDuplicates(db, collection, index, search).catch((cause: unknown) => {
      if (serverCode(cause) === timeIsOver) return theOneThatTheServerNames(prefixOf(db) + collection, index, error)
      throw cause
    })
    if (duplicates === null) continue
    const details = { database: databaseOf(db), collection: prefixOf(db) + collection, index: index.options.name, ...duplicates }
    return new ConversationStoreError('DUPLICATE_KEYS', details, { cause: error })
  }
  return null
}

const timeIsOver = 50

/**
 * Used if the search for all duplicates takes longer than it may. It reports the one key that the server named, which
 * at least two documents share.
 */
function theOneThatTheServerNames(collection: string, index: CollectionIndex, error: Error): Duplicates {
  const fields = Object.keys(index.key)
  const { partialFilterExpression: condition, sparse: _ } = index.options
  const value = (Reflect.get(error, 'keyValue') ?? {}) as Doc
  const _id = Object.fromEntries(fields.map((field) => [field.replaceAll('.', '_'), `$${field}`]))
  const pipeline = [
    ...(condition === undefined ? [] : [{ $match: condition }]),
    { $group: { _id, count: { $sum: 1 } } },
    { $match: { count: { $gt: 1 } } },
  ]
  const query = collectionCall(collection, 'aggregate', pipeline, { allowDiskUse: true })
  return { fields, groups: [{ key: value, count: 2 }], totalGroups: 1, totalDocuments: 2, query }
}

/** The driver's database objects know their names. */
export function databaseOf(db: MongoDb): string {
  return String(Reflect.get(db, 'databaseName') ?? 'the database')
}
