import { describe, expect, test } from 'vitest'
import { conversationMutants } from './mutants/conversation-mutants.js'
import { messageMutants } from './mutants/message-mutants.js'
import { failingCases } from './mutants/mutant.js'
import { mutatedMemory } from './mutants/mutated-memory.js'
import { mutatedPostgres } from './mutants/mutated-postgres.js'
import { postgresMutants } from './mutants/postgres-mutants.js'
import { storeMutants } from './mutants/store-mutants.js'
import { isServerAbsent, serverUrl } from './server.js'

const memoryMutants = [...storeMutants, ...conversationMutants, ...messageMutants]

describe('planted bugs in the memory adapter are caught', () => {
  test.each(memoryMutants.map((mutant) => [mutant.bug, mutant] as const))('%s', async (_, mutant) => {
    const failing = await failingCases(mutatedMemory(mutant), mutant)
    expect(failing).toContain(mutant.caughtBy)
  })
})

describe.skipIf(isServerAbsent('postgres'))('planted bugs in the database are caught', () => {
  test.each(postgresMutants.map((mutant) => [mutant.bug, mutant] as const))('%s', async (_, mutant) => {
    const backend = await mutatedPostgres(serverUrl('postgres'), mutant)
    try {
      // A race is lost sooner or later, not each time.
      const failing: string[] = []
      for (let attempt = 0; attempt < mutant.attempts && failing.length === 0; attempt++) {
        failing.push(...(await failingCases(backend, { ...mutant, bug: `${mutant.bug} ${attempt}` }, mutant.caughtBy)))
      }
      expect(failing).toEqual([mutant.caughtBy])
    } finally {
      await backend.close()
    }
  })
})

test('there are many more than 20 of them, each with a name of its own', () => {
  const bugs = [...memoryMutants, ...postgresMutants].map(({ bug }) => bug)
  expect(new Set(bugs).size).toBe(bugs.length)
  expect(bugs.length).toBeGreaterThanOrEqual(50)
})
