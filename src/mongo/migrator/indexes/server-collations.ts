import type { Doc, MongoDb } from '../../driver.js'
import type { CollectionIndex } from './declared-index.js'
import { shellText } from './shell-text.js'

/** Gives a declared collation as the server fills it in. */
export type Collations = (given: unknown) => unknown

export const asDeclared: Collations = (given) => given

/**
 * Asks the server what it makes of the collations of the indexes, because its language library has defaults of its own
 * for many locales. It plans a query that is never run, one for each collation that differs. A collation that the
 * server does not take, or does not explain, stays as it is declared.
 */
export async function serverCollations(
  db: MongoDb,
  indexes: readonly (CollectionIndex & { readonly collection: string })[],
): Promise<Collations> {
  const asked = new Map<string, Doc>()
  for (const { collection, options } of indexes) {
    const given = options.collation
    if (given === undefined || given === null || asked.has(shellText(given))) continue
    asked.set(shellText(given), await explained(db, collection, given))
  }
  return (given) => (given === undefined || given === null ? given : (asked.get(shellText(given)) ?? given))
}

const reading = { promoteValues: true, promoteLongs: true, useBigInt64: false, raw: false, readPreference: 'primary' }

async function explained(db: MongoDb, collection: string, collation: Doc): Promise<Doc> {
  const command = { explain: { find: collection, filter: {}, collation }, verbosity: 'queryPlanner' }
  try {
    const { queryPlanner } = await db.command(command, reading)
    const full: unknown = Reflect.get(Object(queryPlanner), 'collation')
    return typeof full === 'object' && full !== null ? (full as Doc) : collation
  } catch {
    return collation
  }
}
