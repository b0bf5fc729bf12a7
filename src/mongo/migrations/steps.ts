import { createHash } from 'node:crypto'
import { collectionNames } from '../collections.js'
import type { MongoDb } from '../driver.js'
import { indexes } from '../indexes.js'
import { serverCode } from '../translate-error.js'
import { createIndexes } from './create-indexes.js'

/** One step of the schema. A step that was released is never edited: what changes is a further step. Each can be run again. */
export interface MigrationStep {
  readonly number: number
  readonly name: string
  /** What the step makes: the ledger keeps its checksum. */
  readonly definition: unknown
  run(db: MongoDb): Promise<void>
}

export const migrationSteps: readonly MigrationStep[] = [
  { number: 1, name: 'collections', definition: collectionNames, run: createCollections },
  { number: 2, name: 'indexes', definition: indexes, run: (db) => createIndexes(db, indexes) },
]
export const latestStep = Math.max(...migrationSteps.map(({ number }) => number))

export function checksumOf({ definition }: MigrationStep): string {
  return createHash('sha256').update(JSON.stringify(definition)).digest('hex')
}

const namespaceExists = 48

/** Explicitly, for one that comes into being within a transaction makes that slow, and two such transactions conflict. */
async function createCollections(db: MongoDb): Promise<void> {
  for (const name of collectionNames) {
    try {
      await db.createCollection(name)
    } catch (error) {
      if (serverCode(error) !== namespaceExists) throw error
    }
  }
}
