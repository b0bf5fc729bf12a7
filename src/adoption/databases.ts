import { refusal } from '../model/validation/refusal.js'
import type { MongoDb } from '../mongo/driver.js'
import { isPgClient, isPglite, isPgPool, type PostgresDriver } from '../postgres/drivers.js'
import type { AdoptionDatabase } from './options.js'

export function isMongoDb(db: AdoptionDatabase): db is MongoDb {
  return 'collection' in db && typeof db.collection === 'function' && 'command' in db
}

/** Does the work of the engine that the database is of. Throws VALIDATION_FAILED for anything but a host's database. */
export function byEngine<T>(db: AdoptionDatabase, work: { mongo(db: MongoDb): T; postgres(driver: PostgresDriver): T }): T {
  if (typeof db === 'object' && db !== null) {
    if (isMongoDb(db)) return work.mongo(db)
    if (isPglite(db) || isPgPool(db) || isPgClient(db)) return work.postgres(db)
  }
  throw refusal(['db'], 'must be a Db of mongodb, a pg Pool or Client, or a PGlite')
}
