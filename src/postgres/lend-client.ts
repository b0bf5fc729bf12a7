import type { PgPool, PgPoolClient } from './drivers.js'
import { unavailable } from './translate-error.js'

/** A client of the host's pool, whose errors are heard until `release`. */
export interface LentClient {
  readonly client: PgPoolClient
  /** Gives the client back. The pool ends its connection if it is to be destroyed. */
  release(destroy: boolean): void
}

/**
 * Takes a client out of the pool and listens to its errors from the first moment. The server may end a connection in
 * the same packet that ends its start-up, and an `error` event that nobody hears ends the host's process. A listener
 * that is added after an `await` comes too late, so this uses the pool's callback. Throws UNAVAILABLE.
 */
export function lendClient(pool: PgPool, onError: (error: Error) => void): Promise<LentClient> {
  return new Promise((resolve, reject) => {
    const lend = (client: PgPoolClient) => {
      client.on('error', onError)
      resolve({
        client,
        release(destroy) {
          // The pool listens again as soon as it has the client back.
          client.release(destroy)
          client.removeListener('error', onError)
        },
      })
    }
    const refuse = (error: unknown) => reject(unavailable(error))
    const promised: unknown = pool.connect((error, client) => (client === undefined ? refuse(error) : lend(client)))
    // A host may have wrapped its pool in something that knows promises only, and never calls back.
    if (promised instanceof Promise) promised.then(lend, refuse)
  })
}
