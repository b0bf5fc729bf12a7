import { PGlite } from '@electric-sql/pglite'
import { describe, expect, test } from 'vitest'
import { postgresTarget } from '../../src/postgres/migrator/target.js'
import { createNames } from '../../src/postgres/names.js'
import { isServerAbsent } from '../contract/server.js'
import { heldBuild, withIndex } from './held-build.js'
import { migrate } from './migrate-target.js'
import { recordStatements, scratchPool } from './scratch-schema.js'

describe.skipIf(isServerAbsent('postgres'))('the progress of an index', () => {
  test('is told by the server, with the migration and the step, and stands in the log', async () => {
    const { builds, logger, look, release } = await heldBuild(scratchPool())
    while (builds.length === 0) await look()
    expect(await release()).toEqual({ applied: ['@002'] })
    const build = { index: 'idx_a', phase: 'waiting for writers before build', done: 0, of: 1 }
    expect(builds[0]).toEqual(['@002', 'index idx_a', build])
    expect(logger.lines.map(({ message }) => message)).toContain('@002 index idx_a: idx_a: waiting for writers before build, 0 of 1')
  })

  test('is not asked for where the pool has no connection left', async () => {
    const pool = scratchPool({ max: 1 })
    const sent = recordStatements(pool)
    const { builds, look, release } = await heldBuild(pool)
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
  const made = postgresTarget({ pool: pglite, names: createNames({}), migrations: withIndex, ticks })
  await migrate(made)
  expect(isWatched).toBe(false)
})
