import { expect, test } from 'vitest'
import { openSession } from '../postgres/index-scratch.js'
import { recogniseOnPostgres } from './on-postgres.js'

test.each([0, 3])('a sync recognises what it built, on a table of %i partitions', async (partitions) => {
  const { taken, unknown } = await recogniseOnPostgres(await openSession(), { partitions, every: 6 })
  expect(unknown).toEqual([])
  expect(taken).toBeGreaterThan(35)
})
