import { describe, expect, test } from 'vitest'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { openSession } from '../postgres/index-scratch.js'
import { recogniseOnPostgres } from './on-postgres.js'

describe.each([
  ['the newest', 'postgres'],
  ['the oldest', 'postgres12'],
] as const)('on %s PostgreSQL', (_, server) => {
  test.skipIf(isServerAbsent(server)).each([0, 2, 5])(
    'a sync recognises whatever it built, on a table of %i partitions',
    async (partitions) => {
      const url = serverUrl(server)
      const session = await openSession({ url })
      const { taken, recognised, unknown, refused, tooNew } = await recogniseOnPostgres(session, { url, partitions })
      const [{ server_version: version } = {}] = await session.query('show server_version')
      console.log(
        `  PostgreSQL ${version}, ${partitions} partitions: ${recognised} of ${taken} declarations recognised, ${refused.length} refused by the server, ${tooNew.length} too new for it`,
      )
      for (const each of tooNew) console.log(`  too new: ${each}`)
      expect(unknown).toEqual([])
      expect(taken).toBeGreaterThan(220 - tooNew.length)
      expect(tooNew.filter((each) => !/^UNSUPPORTED: the index \w+, which has .+, needs PostgreSQL \d+ or newer$/.test(each))).toEqual([])
    },
  )
})
