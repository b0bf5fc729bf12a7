import type { Ledger } from '../../migrator/kernel/ledger.js'
import type { SyncTables, SyncTablesOptions, SyncTablesReport } from '../../migrator/kernel/sync-tables.js'
import type { LockedTarget } from '../../migrator/kernel/target.js'
import { ConversationStoreError } from '../../model/errors.js'
import type { MongoClientLike, MongoDb } from '../driver.js'
import { prefixOf } from '../prefixed-db.js'
import { commandWriteConcern as writeConcern } from '../schema/collections.js'
import { storeMigrations } from '../schema/steps.js'
import { examineStore, lacking, tooNew } from '../schema/store-schema.js'
import { syncCollection } from '../schema/sync-collections.js'
import { serverCode, translated } from '../translate-error.js'
import { createCollection } from './create-collection.js'
import { declaredIndexes } from './declared-indexes.js'
import { databaseOf } from './indexes/explain-refusal.js'
import { createDeclaredIndexes } from './indexes/index-commands.js'
import type { MongoMigration } from './migration.js'
import { mongoTarget } from './target.js'

const namespaceNotFound = 26

/** The collection of the sync in one database. */
export function mongoSyncTables({ client, db }: { readonly client: MongoClientLike; readonly db: MongoDb }): SyncTables {
  const look = () => translated(() => collectionIn(db))
  return {
    look,
    async remove(options) {
      const before = await look()
      await underLock(client, db, options, async (locked) => {
        requireKnown(await locked.readLedger())
        await drop(db)
      })
      return before
    },
    async restore(options) {
      await underLock(client, db, options, (locked, mayGoOn) => create(db, locked, mayGoOn))
      return look()
    },
  }
}

async function collectionIn(db: MongoDb): Promise<SyncTablesReport> {
  const found = await db.listCollections({ name: syncCollection }).toArray()
  if (found.length === 0) return { database: databaseOf(db), objects: [], sessions: 0 }
  const sessions = await db.collection(syncCollection).countDocuments({})
  return { database: databaseOf(db), objects: [`collection ${prefixOf(db)}${syncCollection}`], sessions }
}

async function drop(db: MongoDb): Promise<void> {
  try {
    await db.command({ drop: syncCollection, writeConcern })
  } catch (error) {
    if (serverCode(error) !== namespaceNotFound) throw error
  }
}

/** Throws SCHEMA_TOO_NEW, because a newer program may have made the collection otherwise. */
function requireKnown(ledger: Ledger): void {
  if (examineStore(ledger).newer.length > 0) throw tooNew(ledger)
}

/** Throws SCHEMA_OUT_OF_DATE for a store that has not come to the collection. */
async function create(db: MongoDb, locked: LockedTarget<MongoMigration>, mayGoOn: () => void): Promise<void> {
  const ledger = await locked.readLedger()
  requireKnown(ledger)
  const missing = lacking(examineStore(ledger))
  if (missing.length > 0) throw new ConversationStoreError('SCHEMA_OUT_OF_DATE', { missing })
  await createCollection(db, syncCollection, mayGoOn)
  const indexes = declaredIndexes(storeMigrations).filter(({ collection }) => collection === syncCollection)
  if (indexes.length > 0) await createDeclaredIndexes(db, syncCollection, indexes, { mayGoOn })
}

/** Runs `work` as the only runner of migrations in the database. */
async function underLock(
  client: MongoClientLike,
  db: MongoDb,
  { lockWaitMs, signal }: SyncTablesOptions,
  work: (locked: LockedTarget<MongoMigration>, mayGoOn: () => void) => Promise<void>,
): Promise<void> {
  const locked = await mongoTarget({ client, db, migrations: storeMigrations }).lock({ waitMs: lockWaitMs, signal, onWait: () => {} })
  try {
    await translated(() => work(locked, () => locked.signal.throwIfAborted()))
  } finally {
    await locked.release()
  }
}
