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
   * Calls go by turns through this many adapters, as those of that many processes would: the queue of a single one
   * keeps the calls for one customer from meeting each other.
   */
  readonly processes?: number
  /** Held before each write, so that transactions overlap which would else miss each other. */
  readonly delayMs?: number
  /** How often the case is run until it fails: a race is lost sooner or later, not each time. */
  readonly attempts?: number
}

export interface MutatedMongo extends ContractBackend {
  /** How many commands were sent in another form. */
  changed(): number
}

/**
 * The backend with an adapter that has the bug. Indexes are dropped for good, so that such a mutant needs a database of
 * its own.
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
