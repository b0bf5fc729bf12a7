import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import { describe, expect, test } from 'vitest'
import type { RawReader } from '../../../src/contract/index.js'
import { createConversationStore } from '../../../src/index.js'
import { mongoReader } from '../../contract/mongo-reader.js'
import { isServerAbsent } from '../../contract/server.js'
import { sqlReader } from '../../contract/sql-reader.js'
import { raceDatabases } from '../../race/race-databases.js'
import { killMoves } from './killed-moves.js'
import { raceWorkers } from './racing-workers.js'

const isShort = process.env.STRESS_SCALE === 'small'
const moves = Number(process.env.INBOX_MIGRATION_KILLS_MOVES ?? (isShort ? 6 : 200))
const seed = Number(process.env.INBOX_MIGRATION_KILLS_SEED ?? 20_261_130)
const races = isShort ? 1 : 10
const leaseMs = 1_500

const engines = [
  ['PostgreSQL', 'postgres', readPostgres],
  ['MongoDB', 'mongoReplicaSet', readMongo],
] as const

/** How the rows of a database are read past the library. */
interface Reading {
  readonly raw: RawReader
  close(): Promise<void>
}

async function readPostgres(url: string): Promise<Reading> {
  const pool = new Pool({ connectionString: url, max: 2 })
  return { raw: sqlReader(async (text, values = []) => (await pool.query(text, values)).rows, 'public'), close: () => pool.end() }
}

async function readMongo(url: string): Promise<Reading> {
  const client = await new MongoClient(url).connect()
  return { raw: mongoReader(client.db()), close: () => client.close() }
}

describe.each(engines)('on %s', (engine, server, read) => {
  const inDatabase = async (use: (database: { readonly url: string; readonly raw: RawReader }) => Promise<void>) => {
    const { url, drop } = await raceDatabases[engine]()
    const { raw, close } = await read(url)
    await use({ url, raw })
    await close()
    await drop()
  }

  test.skipIf(isServerAbsent(server))(
    `${moves} moves under live traffic, and their undos, come to their end although each worker is killed`,
    { timeout: (isShort ? 10 : 120) * 60_000 },
    async () => {
      await inDatabase(async ({ url, raw }) => {
        const store = createConversationStore({ url })
        const { problems, kills, batches, messages, live } = await killMoves({ engine, url, store, raw, seed, moves, leaseMs, atOnce: 3 })
        process.stdout.write(
          `${engine}: ${moves} moves and as many undos, ${batches} batches, killed ${JSON.stringify(kills)}: ${messages} messages, ` +
            `${live} of them live; ${problems.length} problems (seed ${seed})\n`,
        )
        await store.close()
        expect(problems).toEqual([])
        expect(Object.values(kills).reduce((sum, each) => sum + each, 0)).toBeGreaterThan(moves / 2)
      })
    },
  )

  test.skipIf(isServerAbsent(server))(
    'of 3 starts of one inbox one runs, and each of its batches takes effect once among 8 workers',
    { timeout: 30 * 60_000 },
    async () => {
      await inDatabase(async ({ url, raw }) => {
        const store = createConversationStore({ url })
        for (let race = 0; race < races; race++) {
          expect(await raceWorkers({ engine, url, store, raw, seed: seed + race, workers: 8, starts: 3 })).toEqual([])
        }
        await store.close()
      })
    },
  )
})
