import { PGlite } from '@electric-sql/pglite'
import type { Pool } from 'pg'
import { describe, expect, test } from 'vitest'
import type { IndexBuild } from '../../src/migrator/kernel/index-build.js'
import { migrateTarget } from '../../src/migrator/kernel/run-target.js'
import { runnableMigrations } from '../../src/postgres/migrator/runnable.js'
import { postgresTarget } from '../../src/postgres/migrator/target.js'
import { createNames } from '../../src/postgres/names.js'
import { isServerAbsent } from '../contract/server.js'
import { recordingLogger } from './index-scratch.js'
import { migrate, migration, scratchTarget } from './migrate-target.js'
import { recordStatements, scratchPool } from './scratch-schema.js'

const first = migration({ id: '001-users', steps: [{ name: 'users', sql: 'create table users (a int)' }] })
const indexed = migration({ id: '002-index', tx: false, indexes: [{ table: 'users', name: 'idx_a', columns: 'a' }] })

describe.skipIf(isServerAbsent('postgres'))('the progress of an index', () => {
  /** Builds the index while a writer of its table holds the build up, until `release`. */
  const held = async (pool: Pool) => {
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
      migrations: runnableMigrations([first, indexed]),
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

  test('is told by the server, with the migration and the step, and stands in the log', async () => {
    const { builds, logger, look, release } = await held(scratchPool())
    while (builds.length === 0) await look()
    expect(await release()).toEqual({ applied: ['@002'] })
    const build = { index: 'idx_a', phase: 'waiting for writers before build', done: 0, of: 1 }
    expect(builds[0]).toEqual(['@002', 'index idx_a', build])
    expect(logger.lines.map(({ message }) => message)).toContain('@002 index idx_a: idx_a: waiting for writers before build, 0 of 1')
  })

  test('is not asked for where the pool has no connection left', async () => {
    const pool = scratchPool({ max: 1 })
    const sent = recordStatements(pool)
    const { builds, look, release } = await held(pool)
    for (let time = 0; time < 3; time++) await look()
    await release()
    expect(builds).toEqual([])
    expect(sent.filter(({ text }) => text.includes('build.phase'))).toEqual([])
  })
})

test('an index on PGlite, which has one connection, is not looked at', async () => {
  await using pglite = new PGlite()
  let isWatched = false
  const ticks = () => {
    isWatched = true
    return () => {}
  }
  const made = postgresTarget({ pool: pglite, names: createNames({}), migrations: runnableMigrations([first, indexed]), ticks })
  await migrate(made)
  expect(isWatched).toBe(false)
})
