import type { DeclaredIndex } from './indexes/declared-index.js'
import type { MongoMigration } from './migration.js'

/** All indexes that the migrations declare, each with its collection. */
export function declaredIndexes(migrations: readonly MongoMigration[]): readonly DeclaredIndex[] {
  return migrations.flatMap(({ definition }) => definition.indexes.map((index) => ({ ...index, collection: definition.collectionName })))
}
