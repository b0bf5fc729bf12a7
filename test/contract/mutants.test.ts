import { describe, expect, test } from 'vitest'
import { failingCases } from './mutants/mutant.js'
import { mutatedMemory } from './mutants/mutated-memory.js'
import { plantedInMemory, plantedInMongo, plantedInPostgres, plantedInStandaloneMongo } from './mutants/planted-bugs.js'

describe('planted bugs in the memory adapter are caught', () => {
  test.each(plantedInMemory.map((mutant) => [mutant.bug, mutant] as const))('%s', async (_, mutant) => {
    expect(await failingCases(mutatedMemory(mutant), mutant, mutant.caughtBy)).toEqual([mutant.caughtBy])
  })
})

test('there are many of them on each backend, each with a name of its own', () => {
  for (const planted of [plantedInMemory, plantedInPostgres, plantedInMongo, plantedInStandaloneMongo]) {
    expect(planted.map(({ bug }) => bug)).toEqual([...new Set(planted.map(({ bug }) => bug))])
  }
  for (const planted of [plantedInMemory, plantedInPostgres, plantedInMongo]) expect(planted.length).toBeGreaterThanOrEqual(30)
})
