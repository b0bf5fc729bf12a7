import { expect, test } from 'vitest'
import { createConversationStore } from '../../../src/index.js'
import { isServerAbsent } from '../../contract/server.js'
import { raceDatabases } from '../../race/race-databases.js'
import { movingRuns } from './moving-runs.js'

const runs = Number(process.env.SYNC_MOVING_RUNS ?? (process.env.STRESS_SCALE === 'small' ? 8 : 200))
const seed = Number(process.env.SYNC_MOVING_SEED ?? 20_261_129)

const engines = [
  ['PostgreSQL', 'postgres'],
  ['MongoDB', 'mongoReplicaSet'],
] as const

for (const [engine, server] of engines) {
  test.skipIf(isServerAbsent(server))(
    `no history is missing after ${runs} pulls of lists that move, from an API that fails, on ${engine}`,
    async () => {
      const database = await raceDatabases[engine]()
      const store = createConversationStore({ url: database.url })
      const { problems, messages, calls, faults, moves, syncs } = await movingRuns(store, { runs, seed })
      process.stdout.write(
        `${engine}: ${runs} inboxes in ${syncs} runs: ${messages} messages by ${calls} calls, of which ${faults} went wrong; ` +
          `${moves} messages came meanwhile; ${problems.length} histories with something missing or doubled (seed ${seed})\n`,
      )
      await store.close()
      await database.drop()
      expect(problems).toEqual([])
      // The API was as bad as it was meant to be: a tenth of the calls, a conversation in twenty. Few runs vary more.
      const isFull = runs >= 200
      expect(faults / calls).toBeGreaterThan(isFull ? 0.08 : 0)
      expect(moves / runs).toBeGreaterThan(isFull ? 5 : 0)
    },
  )
}
