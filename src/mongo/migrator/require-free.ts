import type { Ledger } from '../../migrator/kernel/ledger.js'
import { migrationId, storeOwner } from '../../migrator/kernel/migration.js'
import { ConversationStoreError } from '../../model/errors.js'
import type { MongoDb } from '../driver.js'
import { prefixOf } from '../prefixed-db.js'
import type { MongoMigration } from './migration.js'

/**
 * The collections with documents that have the names of the store's although the store never began to make them. They
 * are somebody else's, and a unique index of ours would refuse what their owner writes. Without such collections it
 * takes one command, and none once all are made.
 */
export async function takenCollections(
  db: MongoDb,
  migrations: readonly MongoMigration[],
  { entries }: Ledger,
): Promise<readonly string[]> {
  const begun = new Set(entries.map(({ id }) => id))
  const ofTheStore = migrations.filter(({ owner }) => owner === storeOwner)
  const made = new Set(ofTheStore.filter((each) => begun.has(migrationId(each))).map(({ collection }) => collection))
  const names = [...new Set(ofTheStore.map(({ collection }) => collection))].filter((name) => !made.has(name))
  const there = names.length === 0 ? [] : await db.listCollections({ name: { $in: names } }, { nameOnly: true }).toArray()
  const holding = there.map(async (each) => {
    const name = String(Reflect.get(each, 'name'))
    const first = await db.collection(name).findOne({}, { projection: { _id: 1 }, readPreference: 'primary' })
    return first === null ? [] : [prefixOf(db) + name]
  })
  return (await Promise.all(holding)).flat().sort()
}

/** Throws UNSUPPORTED for a database in which the names of the store's collections are taken. */
export async function requireFree(db: MongoDb, migrations: readonly MongoMigration[], ledger: Ledger): Promise<void> {
  const taken = await takenCollections(db, migrations, ledger)
  if (taken.length > 0) throw new ConversationStoreError('UNSUPPORTED', { operation: 'migrate()', needs: needsFree(taken) })
}

/** What the store needs if the names are taken. */
export function needsFree(taken: readonly string[]): string {
  const [are, names] = taken.length === 1 ? ['is', 'that name'] : ['are', 'these names']
  return `no other collection of ${names} (${taken.join(', ')} ${are} there already, with documents): use another database, or a collectionPrefix`
}
