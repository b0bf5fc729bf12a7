import { describe, expect, test } from 'vitest'
import { isServerAbsent } from '../contract/server.js'
import { mongoBugs } from './planted/mongo-bugs.js'
import { mongoGuards } from './planted/mongo-guards.js'
import { plant } from './planted/plant.js'
import { postgresBugs } from './planted/postgres-bugs.js'
import { postgresGuards } from './planted/postgres-guards.js'

describe.skipIf(isServerAbsent('postgres'))('a guard of indexes on PostgreSQL:', () => {
  test.each(Object.entries(postgresGuards))('%s', (_, guard) => guard())
})

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a guard of indexes and collections on MongoDB:', () => {
  test.each(Object.entries(mongoGuards))('%s', (_, guard) => guard())
})

// The guards are imported anew, so that they use the module with the bug.
describe.skipIf(isServerAbsent('postgres'))('a bug that is planted in the migrator of PostgreSQL is found:', () => {
  test.each(postgresBugs)('%s', async (_, caughtBy, bug) => {
    await plant(bug)
    const { postgresGuards: guards } = await import('./planted/postgres-guards.js')
    await expect(guards[caughtBy]()).rejects.toThrow()
  })
})

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a bug that is planted in the migrator of MongoDB is found:', () => {
  test.each(mongoBugs)('%s', async (_, caughtBy, bug) => {
    await plant(bug)
    const { mongoGuards: guards } = await import('./planted/mongo-guards.js')
    await expect(guards[caughtBy]()).rejects.toThrow()
  })
})

test('every guard finds a bug', () => {
  for (const [guards, bugs] of [
    [postgresGuards, postgresBugs],
    [mongoGuards, mongoBugs],
  ] as const)
    expect([...new Set(bugs.map(([, caughtBy]) => caughtBy as string))].sort()).toEqual(Object.keys(guards).sort())
})
