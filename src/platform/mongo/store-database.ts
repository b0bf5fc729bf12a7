import type { MigrationDatabases } from '../../migrator/databases.js'
import { storeAlone } from '../../migrator/store-alone.js'
import type { MongoClientLike } from '../../mongo/driver.js'
import { mongoTarget } from '../../mongo/migrator/target.js'
import { prefixedDb, requirePrefix } from '../../mongo/prefixed-db.js'
import { storeMigrations } from '../../mongo/schema/steps.js'
import { translated } from '../../mongo/translate-error.js'
import { diagnose } from './diagnose.js'

/** The one store of a host without tenants: what `store.migrate()` brings to its version. */
export function mongoStoreDatabase(options: {
  readonly client: MongoClientLike
  readonly database: string
  readonly collectionPrefix: string
  readonly leaseTtlMs?: number
}): MigrationDatabases {
  const { client, database, collectionPrefix, ...rest } = options
  requirePrefix(collectionPrefix)
  const db = prefixedDb(client.db(database), collectionPrefix)
  return storeAlone(
    {
      engine: 'mongo',
      migrations: storeMigrations,
      publicTarget: mongoTarget({ client, db, migrations: storeMigrations, ...rest }),
      diagnose: () => translated(() => diagnose(client, db, database)),
    },
    collectionPrefix === '' ? [] : [`--collection-prefix=${collectionPrefix}`],
  )
}
