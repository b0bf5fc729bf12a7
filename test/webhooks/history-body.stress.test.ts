import { describe, expect, onTestFinished, test } from 'vitest'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { hostedDatabases } from './hosted/databases.js'
import { historyFigures, historyOwners } from './hosted/history-figures.js'

const isShort = process.env.STRESS_SCALE === 'small'
const messages = isShort ? 5_000 : 10_000
/**
 * What a body may take of the host's memory, as a multiple of its own bytes. It is asserted of what is in use, and of
 * the resident memory where garbage has little room. Beside a smaller body that room counts for too much.
 */
const mostMemory = 8
/** Statements for each thousand messages, each second of which has a receipt as well. */
const mostStatements = 15

const engines = [
  ['PostgreSQL', 'postgres'],
  ['MongoDB', 'mongoReplicaSet'],
] as const

describe.each(engines)('a body of history on %s', (engine, server) => {
  test.skipIf(isServerAbsent(server)).each([100, 1])(
    `with ${messages} messages of %i customers takes ${mostMemory} times its bytes at most, and statements by batch`,
    async (threads) => {
      const database = await hostedDatabases[engine](serverUrl(server), historyOwners)
      onTestFinished(database.drop)
      const { bodyBytes, statements, inUse, resident, residentByDefault, stored } = await historyFigures(database, { messages, threads })
      process.stdout.write(
        `${engine}: ${messages} messages of ${threads} customers, ${(bodyBytes / 1_000_000).toFixed(1)} MB: ${statements} statements; memory, as ` +
          `a multiple of the body: ${inUse.toFixed(1)} in use, ${resident.toFixed(1)} resident, ${residentByDefault.toFixed(1)} with Node's defaults\n`,
      )
      expect(stored).toBe(messages)
      expect(statements).toBeLessThanOrEqual((mostStatements * messages) / 1_000)
      expect(inUse).toBeLessThanOrEqual(mostMemory)
      if (!isShort) expect(resident).toBeLessThanOrEqual(mostMemory)
    },
  )
})
