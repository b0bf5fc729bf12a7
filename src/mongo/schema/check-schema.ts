import type { SchemaReport } from '../../store/adapter.js'
import type { MongoDb } from '../driver.js'
import { readIndexes } from '../migrator/indexes/live-indexes.js'
import { matchIndexes } from '../migrator/indexes/match-indexes.js'
import { openLedger, readLedger } from '../migrator/ledger.js'
import { prefixOf } from '../prefixed-db.js'
import { collectionNames } from './collections.js'
import { foreignIndexesOf } from './foreign-indexes.js'
import { storeIndexes } from './indexes.js'
import { examineStore, lacking, latestSchema, schemaNumber } from './store-schema.js'
import { syncCollection } from './sync-collections.js'

/**
 * Compares the collections and indexes of the database with those that the store needs. An index with the same
 * definition under another name counts as present.
 */
export async function checkSchema(db: MongoDb): Promise<SchemaReport> {
  const ledger = await readLedger(openLedger(db))
  const examination = examineStore(ledger)
  const schema = schemaNumber(ledger)
  const missing: string[] = []
  const different: string[] = []
  const foreign: string[] = []
  if (examination.newer.length > 0) different.push(`schema ${schema}, which is newer than this library's ${latestSchema}`)

  for (const collection of await readIndexes(db, collectionNames)) {
    const { name, type, collation } = collection
    if (type === 'missing') {
      // A store may do without the sync. One that has not come to it yet lacks its migration.
      if (name !== syncCollection) missing.push(`collection ${prefixOf(db)}${name}`)
      continue
    }
    // A collation would make ids and accounts that differ only in case the same, and accounts must stay separate.
    if (collation !== undefined) different.push(`collation of ${prefixOf(db)}${name}`)
    const matched = matchIndexes(
      collection,
      storeIndexes.filter((index) => index.collection === name),
    )
    foreign.push(...foreignIndexesOf(matched, prefixOf(db)))
    for (const { declared, same, former } of matched.matches) {
      if (same !== null && !same.isBuilding) continue
      const list = former.length > 0 ? different : missing
      list.push(`index ${declared.options.name}`)
    }
  }
  missing.push(...lacking(examination))
  different.push(...[...examination.changed, ...examination.missing].map((id) => `migration ${id}`))
  const ok = missing.length === 0 && different.length === 0 && foreign.length === 0
  return { ok, schema, missing, different, ...(foreign.length > 0 && { foreign }) }
}
