import type { MongoMigration } from './collection-migration.js'
import type { DeclaredIndex } from './indexes/declared-index.js'

/** All that migrations declare, by collection. */
export function declaredIndexes(migrations: readonly MongoMigration[]): readonly DeclaredIndex[] {
  return migrations.flatMap(({ definition }) => definition.indexes.map((index) => ({ ...index, collection: definition.collectionName })))
}
