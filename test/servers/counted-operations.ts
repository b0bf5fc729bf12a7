import type { MongoClient } from 'mongodb'
import { Client } from 'pg'

/** Ends the process with SIGKILL at its k-th database operation, before it is sent or just after. Null never does. */
export type KillAt = { readonly at: number; readonly when: 'before' | 'after' } | null

/** Counts the database operations of this process, and kills it at one of them. */
export interface CountedOperations {
  count(): number
  /** Counts the commands of a client that monitors them. */
  ofMongo(client: MongoClient): void
  /** Counts the statements of every client of `pg`. */
  ofPostgres(): void
}

export function countedOperations(kill: KillAt): CountedOperations {
  let operations = 0
  const count = () => {
    operations++
    if (kill?.at !== operations) return
    const end = () => process.kill(process.pid, 'SIGKILL')
    // By then the operation is on its way, and the server may or may not have done it.
    if (kill.when === 'before') end()
    else setImmediate(end)
  }
  return {
    count: () => operations,
    ofMongo: (client) => void client.on('commandStarted', count),
    ofPostgres() {
      const { query } = Client.prototype
      Client.prototype.query = function counted(this: Client, ...args: Parameters<typeof query>) {
        if (kill?.when === 'before') count()
        const sent = Reflect.apply(query, this, args)
        if (kill?.when !== 'before') count()
        return sent
      } as typeof query
    },
  }
}
