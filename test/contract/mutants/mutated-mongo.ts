import type { ContractBackend } from '../../../src/contract/index.js'
import { interceptedAdapter } from '../../../src/contract/intercepted-adapter.js'
import { mongo } from '../../../src/mongo/index.js'
import type { CollectionName } from '../../../src/mongo/schema/collections.js'
import type { MongoBackend } from '../mongo-backend.js'
import type { Mutant } from './mutant.js'
import { type CommandBug, mutatedDb } from './mutated-db.js'

/** A bug in the commands that the adapter sends, or in the indexes of the database. */
export interface MongoMutant extends Mutant {
  readonly commands?: readonly CommandBug[]
  readonly dropIndexes?: readonly { readonly of: CollectionName; readonly name: string }[]
  /**
   * Calls take turns on this many adapters, as if they came from that many processes. The queue of a single adapter
   * would keep the calls for one customer from meeting each other.
   */
  readonly processes?: number
  /** Delays each write, so that transactions overlap that would otherwise miss each other. */
  readonly delayMs?: number
  /** How often the case is run until it fails, because a race does not show in every run. */
  readonly attempts?: number
}

export interface MutatedMongo extends ContractBackend {
  /** How many commands were changed. */
  changed(): number
}

/**
 * The backend with an adapter that has the bug. A dropped index is not restored, so a mutant that drops one needs a
 * database of its own.
 */
export async function mutatedMongo(backend: MongoBackend, mutant: Omit<MongoMutant, keyof Mutant>): Promise<MutatedMongo> {
  const { commands = [], dropIndexes = [], processes = 1, delayMs = 0 } = mutant
  for (const { of, name } of dropIndexes) await backend.db.collection(of).dropIndex(name)
  const { db, changed } = mutatedDb(backend.db, commands, delayMs)
  const createAdapter = () => {
    const adapters = Array.from({ length: processes }, () => mongo({ client: backend.client, db }))
    const [first, ...others] = adapters
    if (first === undefined || others.length === 0) return mongo({ client: backend.client, db })
    let turn = 0
    return interceptedAdapter(first, ({ name, input }) => {
      const operations = adapters[turn++ % processes]?.operations
      return Reflect.apply(Reflect.get(Object(operations), name), operations, [input])
    })
  }
  return { ...backend, name: 'mongo with a bug', createAdapter, changed }
}
