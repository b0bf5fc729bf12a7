import type { Pool } from 'pg'
import type { IndexBuild } from '../../src/migrator/kernel/index-build.js'
import { migrateTarget } from '../../src/migrator/kernel/run-target.js'
import { runnableMigrations } from '../../src/postgres/migrator/runnable.js'
import { postgresTarget } from '../../src/postgres/migrator/target.js'
import { createNames } from '../../src/postgres/names.js'
import { recordingLogger } from './index-scratch.js'
import { migrate, migration, scratchTarget } from './migrate-target.js'
import { scratchPool } from './scratch-schema.js'

const first = migration({ id: '001-users', steps: [{ name: 'users', sql: 'create table users (a int)' }] })
const indexed = migration({ id: '002-index', tx: false, indexes: [{ table: 'users', name: 'idx_a', columns: 'a' }] })

/** Migrations of which the second builds an index. */
export const withIndex = runnableMigrations([first, indexed])

/** Builds the index while a writer of its table holds the build up, until `release`. */
export async function heldBuild(pool: Pool) {
  const { schema, query, target } = scratchTarget()
  await migrate(target(first))
  await query(`insert into "${schema}".users values (1)`)
  const writer = await scratchPool().connect()
  await writer.query(`begin; update "${schema}".users set a = 2`)
  const logger = recordingLogger()
  const builds: [string, string, IndexBuild][] = []
  let look = () => {}
  const made = postgresTarget({
    pool,
    names: createNames({ schema }),
    migrations: withIndex,
    ticks(given) {
      look = given
      return () => {}
    },
  })
  const running = migrateTarget(made, {
    indexSet: 'platform',
    lockWaitMs: 0,
    signal: null,
    logger,
    batchSize: 10,
    allowOutOfOrder: false,
    onBuild: (...build) => builds.push(build),
  })
  const waits = async () =>
    (
      await query(
        `select from pg_stat_progress_create_index where phase like 'waiting for writers%' and relid = '"${schema}".users'::regclass`,
      )
    ).length > 0
  while (!(await waits())) {}
  return {
    builds,
    logger,
    look: async () => {
      look()
      await query('select 1')
    },
    async release() {
      await writer.query('commit')
      writer.release()
      return running
    },
  }
}
