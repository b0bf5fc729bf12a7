import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MongoBackend, mongoBackend } from './mongo-backend.js'
import { failingCases } from './mutants/mutant.js'
import { type MongoMutant, mutatedMongo } from './mutants/mutated-mongo.js'
import { mutatedPostgres } from './mutants/mutated-postgres.js'
import { plantedInMongo, plantedInPostgres, plantedInStandaloneMongo } from './mutants/planted-bugs.js'
import { isServerAbsent, serverUrl } from './server.js'

describe.skipIf(isServerAbsent('postgres'))('planted bugs in the database are caught', () => {
  test.each(plantedInPostgres.map((mutant) => [mutant.bug, mutant] as const))('%s', async (_, mutant) => {
    if (mutant.slowed !== undefined) {
      const sound = await mutatedPostgres(serverUrl('postgres'), { slowed: mutant.slowed })
      expect(await failingCases(sound, { ...mutant, bug: `without ${mutant.bug}` }, mutant.caughtBy)).toEqual([])
      await sound.close()
    }
    const backend = await mutatedPostgres(serverUrl('postgres'), mutant)
    try {
      // A bug that only shows in a race does not show in every run.
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

describe.each([
  ['MongoDB adapter', 'mongoReplicaSet', plantedInMongo],
  ['MongoDB adapter on a standalone server', 'mongoStandalone', plantedInStandaloneMongo],
] as const)('planted bugs in the %s', (_, server, mutants) => {
  describe.skipIf(isServerAbsent(server))('are caught', () => {
    const openBackend = () => mongoBackend({ name: 'mongo', url: serverUrl(server), isReplicaSet: server === 'mongoReplicaSet' })
    let sound: MongoBackend
    beforeAll(async () => {
      sound = await openBackend()
    })
    afterAll(() => sound.close())

    /** The sound adapter runs under the same conditions, with as many processes and the same delays. */
    const failsWithoutBug = async ({ processes = 1, delayMs = 0, ...mutant }: MongoMutant) =>
      failingCases(await mutatedMongo(sound, { processes, delayMs }), { ...mutant, bug: `without ${mutant.bug}` }, mutant.caughtBy)

    test.each(mutants.map((mutant) => [mutant.bug, mutant] as const))('%s', async (_, mutant) => {
      expect(await failsWithoutBug(mutant)).toEqual([])
      // Only a mutant that drops an index needs a database of its own.
      const backend = mutant.dropIndexes === undefined ? sound : await openBackend()
      try {
        const mutated = await mutatedMongo(backend, mutant)
        const failing: string[] = []
        for (let attempt = 0; attempt < (mutant.attempts ?? 1) && failing.length === 0; attempt++) {
          failing.push(...(await failingCases(mutated, { ...mutant, bug: `${mutant.bug} ${attempt}` }, mutant.caughtBy)))
        }
        if (mutant.commands !== undefined) expect(mutated.changed()).toBeGreaterThan(0)
        expect(failing).toEqual([mutant.caughtBy])
      } finally {
        if (backend !== sound) await backend.close()
      }
    })
  })
})
