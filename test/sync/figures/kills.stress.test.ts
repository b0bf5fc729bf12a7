import { expect, test } from 'vitest'
import { createConversationStore } from '../../../src/index.js'
import { isServerAbsent } from '../../contract/server.js'
import { raceDatabases } from '../../race/race-databases.js'
import { killSyncs } from './kill-syncs.js'
import { places } from './killed-task.js'

const isShort = process.env.STRESS_SCALE === 'small'
const conversations = isShort ? 60 : 1_300
const boundaries = Number(process.env.SYNC_KILLS_BOUNDARIES ?? (isShort ? 2 : 1_000))
const seed = Number(process.env.SYNC_KILLS_SEED ?? 20_261_129)
/** How many pages the list has to have, so that the figure is the one that was asked for. */
const leastPages = isShort ? 5 : 100
const lockTtlMs = 2_000
/** How much later than its time the lock may be free. */
const graceMs = 250

const engines = [
  ['PostgreSQL', 'postgres'],
  ['MongoDB', 'mongoReplicaSet'],
] as const

for (const [engine, server] of engines) {
  test.skipIf(isServerAbsent(server))(
    `a pull whose process is killed comes to the same end, wherever that is, on ${engine}`,
    async () => {
      const database = await raceDatabases[engine]()
      const store = createConversationStore({ url: database.url })
      const how = {
        engine,
        url: database.url,
        store,
        seed,
        conversations,
        boundaries,
        lockTtlMs,
        graceMs,
      }
      const { problems, pages, kills, lostLocks, again, freeAfterMs } = await killSyncs(how)
      process.stdout.write(
        `${engine}: ${kills} kills in five pulls of ${pages} pages, and ${lostLocks} lost locks: ${again} pages were fetched again, and the lock of ${lockTtlMs} ms was ` +
          `free after ${JSON.stringify(freeAfterMs)} ms at most; ${problems.length} problems (seed ${seed})\n`,
      )
      await store.close()
      await database.drop()
      expect(problems).toEqual([])
      expect(pages).toBeGreaterThanOrEqual(leastPages)
      // One at each boundary in each place, but for processes that lost their lock, and one after the last commit.
      const perPlace = boundaries >= pages ? pages : 1
      expect(kills).toBeGreaterThanOrEqual(places.length * perPlace - lostLocks - 1)
    },
    60 * 60_000,
  )
}
