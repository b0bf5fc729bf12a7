import type { MigrationDatabases } from '../../migrator/databases.js'
import { storeAlone } from '../../migrator/store-alone.js'
import type { PostgresDriver } from '../../postgres/drivers.js'
import { postgresTarget } from '../../postgres/migrator/target.js'
import { createNames } from '../../postgres/names.js'
import { runnableStoreMigrations } from '../../postgres/schema/steps.js'
import { translated } from '../../postgres/translate-error.js'
import { diagnose } from './diagnose.js'

/** The one store of a host without tenants: what `store.migrate()` brings to its version. Throws VALIDATION_FAILED. */
export function postgresStoreDatabase(options: {
  readonly pool: PostgresDriver
  readonly schema: string
  readonly tablePrefix: string
  readonly partitions: number | null
  /** The flags that choose it on the command line. */
  readonly flags: readonly string[]
}): MigrationDatabases {
  const { pool, schema, tablePrefix, partitions, flags } = options
  const names = createNames({ schema, tablePrefix })
  const migrations = runnableStoreMigrations()
  return storeAlone(
    {
      engine: 'postgres',
      migrations,
      publicTarget: postgresTarget({ pool, names, migrations, partitions, recordsFailures: false }),
      diagnose: () => translated(() => diagnose(pool, schema)),
    },
    flags,
  )
}
