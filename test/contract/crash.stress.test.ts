import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { breakableMongo } from './crash/breakable-mongo.js'
import { breakablePostgres } from './crash/breakable-postgres.js'
import { kinds } from './crash/breakdown.js'
import { scenarios } from './crash/scenarios.js'
import { type BreakableBackend, sweep } from './crash/sweep.js'
import { isServerAbsent, serverUrl } from './server.js'

const databases = [
  ['PostgreSQL', 'postgres', breakablePostgres],
  ['MongoDB', 'mongoReplicaSet', breakableMongo],
] as const

for (const [title, server, open] of databases) {
  describe.skipIf(isServerAbsent(server))(`on ${title} a write that is stopped leaves all of it or nothing`, () => {
    let to: BreakableBackend | undefined
    beforeAll(async () => {
      to = await open(serverUrl(server))
    })
    afterAll(() => to?.close())

    test.each(scenarios.map((scenario) => [scenario.write, scenario] as const))(
      '%s',
      async (_, scenario) => {
        if (to === undefined) throw new Error('not opened')
        for (const kind of kinds) expect(await sweep(to, scenario, kind), kind).toBeGreaterThan(0)
      },
      // A busy machine may take minutes for a move of an inbox, which has most commands.
      30 * 60_000,
    )
  })
}
