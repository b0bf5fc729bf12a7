import type { MongoDb } from '../../driver.js'
import { type DeclaredIndex, isDerivedName } from './declared-index.js'
import { type IndexCommand, runIndexCommand } from './index-commands.js'
import { readIndexes } from './live-indexes.js'
import { matchIndexes } from './match-indexes.js'
import { serverCollations } from './server-collations.js'

/** Indexes of a collection that nothing declares any more. */
export interface Retired {
  readonly collection: string
  readonly names: readonly string[]
  /** What is declared for the collection without them. */
  readonly inForce: readonly DeclaredIndex[]
}

/**
 * What has to be dropped so that the retired indexes are gone. One that does what another declared index does stays: it
 * is that index, under a name that MongoDB can't change. Reads only.
 */
export async function planRetirement(db: MongoDb, { collection, names, inForce }: Retired): Promise<readonly IndexCommand[]> {
  const [live] = await readIndexes(db, [collection])
  if (live === undefined) return []
  const declared = inForce.filter((each) => each.collection === collection)
  const { unmanaged } = matchIndexes(live, declared, await serverCollations(db, declared))
  const left = unmanaged.filter((index) => names.some((name) => index.name === name || isDerivedName(index.name, name)))
  return left.map(({ name }) => ({ do: 'drop', collection, name }))
}

export async function retireIndexes(db: MongoDb, retired: Retired, mayGoOn: () => void): Promise<void> {
  for (const command of await planRetirement(db, retired)) {
    mayGoOn()
    await runIndexCommand(db, command)
  }
}
