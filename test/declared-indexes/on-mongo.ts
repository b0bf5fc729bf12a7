import type { Db } from 'mongodb'
import { planIndexSync } from '../../src/mongo/migrator/indexes/plan-index-sync.js'
import { syncIndexes } from '../../src/mongo/migrator/indexes/sync-indexes.js'
import { type Declaration, declarations } from './mongo-declarations.js'

interface Recognised {
  /** How many declarations the server takes, and of these how many a second sync leaves alone. */
  readonly taken: number
  readonly recognised: number
  /** The others of them, as they were declared. */
  readonly unknown: readonly string[]
  /** What the server refuses, such as a locale that it does not have. */
  readonly refused: readonly string[]
}

const sync = { indexSet: null, prune: false, collection: null }

/** Builds each declared index by a sync, and looks whether a second sync finds anything to do. */
export async function recogniseOnMongo(db: Db, every = 1, all: readonly Declaration[] = declarations): Promise<Recognised> {
  const unknown: string[] = []
  const refused: string[] = []
  const asked = all.filter((_, at) => at % every === 0)
  for (const [at, { key, options }] of asked.entries()) {
    const index = { collection: 'people', key, options: { name: `idx_${at}`, ...options } }
    try {
      await syncIndexes(db, [index], sync)
    } catch (error) {
      refused.push(`${JSON.stringify({ key, options })}: ${error}`)
      continue
    }
    const left = await planIndexSync(db, [index], sync)
    if (left.length > 0) unknown.push(`${JSON.stringify({ key, options })}: ${JSON.stringify(left)}`)
    await db.collection('people').dropIndexes()
  }
  const taken = asked.length - refused.length
  return { taken, recognised: taken - unknown.length, unknown, refused }
}
