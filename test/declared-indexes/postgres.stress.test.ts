import { expect, test } from 'vitest'
import { openSession } from '../postgres/index-scratch.js'
import { recogniseOnPostgres } from './on-postgres.js'

test.each([0, 2, 5])('a sync recognises whatever it built, on a table of %i partitions', async (partitions) => {
  const session = await openSession()
  const { taken, recognised, unknown, refused } = await recogniseOnPostgres(session, { partitions })
  const [{ server_version: version } = {}] = await session.query('show server_version')
  console.log(
    `  PostgreSQL ${version}, ${partitions} partitions: ${recognised} of ${taken} declarations recognised, ${refused.length} refused by the server`,
  )
  expect(unknown).toEqual([])
  expect(taken).toBeGreaterThan(220)
})
