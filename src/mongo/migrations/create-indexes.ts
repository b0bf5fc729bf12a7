import { ConversationStoreError } from '../../model/errors.js'
import { collectionNames, writeConcern } from '../collections.js'
import type { MongoDb } from '../driver.js'
import type { IndexDefinition } from '../indexes.js'
import { pause } from '../transaction.js'
import { isDuplicateKey, serverCode } from '../translate-error.js'

// What the builds of several processes, or a change of the primary, may do to one another: ConflictingOperationInProgress, WriteConflict,
// IndexBuildAborted, IndexBuildAlreadyInProgress, BackgroundOperationInProgressForNamespace.
const passing: ReadonlySet<number> = new Set([117, 112, 276, 315, 12587])
// CannotCreateIndex, IndexOptionsConflict, IndexKeySpecsConflict.
const conflicting: ReadonlySet<number> = new Set([67, 85, 86])
const attempts = 30

/** Creates those that are not there. Throws UNSUPPORTED where others stand in their place, or documents that a unique one refuses. */
export async function createIndexes(db: MongoDb, definitions: readonly IndexDefinition[]): Promise<void> {
  for (const name of collectionNames) {
    const specifications = definitions
      .filter(({ collection }) => collection === name)
      .map(({ collection: _, ...specification }) => specification)
    if (specifications.length > 0) await createAll(db, name, specifications)
  }
}

async function createAll(db: MongoDb, collection: string, specifications: readonly Omit<IndexDefinition, 'collection'>[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await db.collection(collection).createIndexes([...specifications], { writeConcern })
      return
    } catch (error) {
      const code = serverCode(error)
      if (isDuplicateKey(error) || (code !== null && conflicting.has(code))) throw refused(collection, specifications, error)
      if (attempt === attempts || code === null || !passing.has(code)) throw error
    }
    await pause(attempt)
  }
}

/** The server's own message names the index, and is the cause. */
function refused(collection: string, specifications: readonly { readonly name: string }[], cause: unknown): ConversationStoreError {
  const message = cause instanceof Error ? cause.message : ''
  const named = specifications.map(({ name }) => name).filter((name) => message.includes(name))
  const names = named.length > 0 ? named : specifications.map(({ name }) => name)
  const needs = `no duplicates in ${collection}, and no other index there, that keep ${names.join(', ')} from being made`
  return new ConversationStoreError('UNSUPPORTED', { operation: 'migrate()', needs }, { cause })
}
