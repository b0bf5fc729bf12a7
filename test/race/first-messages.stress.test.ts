import { equal } from 'node:assert/strict'
import { describe, test } from 'vitest'
import { writeFirstMessages } from './first-messages.js'
import { raceFirstMessages } from './first-messages-race.js'
import { raceDatabases } from './race-databases.js'

const isShort = process.env.STRESS_SCALE === 'small'

describe('a long race for one customer', () => {
  raceFirstMessages(isShort ? 2_000 : 10_000, [1, 2], 20 * 60_000)

  // The target is 3 ms per message and 2 s for the slowest call. The figures are printed and not asserted, because a
  // slow machine is not a bug.
  test('MongoDB takes 2,000 first messages from 64 callers in 4 processes', async () => {
    const database = await raceDatabases.MongoDB()
    try {
      const report = await writeFirstMessages({ url: database.url, processes: 4, callers: 64, messages: 2_000, times: 1 })
      process.stdout.write(
        `MongoDB, hot conversation: ${(report.totalMs / 2_000).toFixed(2)} ms a message, worst call ${report.worstMs.toFixed(0)} ms\n`,
      )
      equal(report.stored, 2_000)
      equal(report.errors.length, 0)
    } finally {
      await database.drop()
    }
  })
})
