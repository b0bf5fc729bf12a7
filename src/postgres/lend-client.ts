import type { PgPool, PgPoolClient } from './drivers.js'
import { unavailable } from './translate-error.js'

/** A client of the host's pool, whose errors are heard until `release`. */
export interface LentClient {
  readonly client: PgPoolClient
  /** Gives the client back. The pool ends its connection if it is to be destroyed. */
  release(destroy: boolean): void
}

/**
 * Takes a client out of the pool and listens to its errors from the first moment. The server may end a connection in the
 * same packet that ends its start-up, and an `error` event that nobody hears ends the host's process. A listener that is
 * added after an `await` comes too late for that, so this uses the pool's callback. Throws UNAVAILABLE.
 */
export function lendClient(pool: PgPool, onError: (error: Error) => void): Promise<LentClient> {
  return new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      if (client === undefined) return reject(unavailable(error))
      client.on('error', onError)
      resolve({
        client,
        release(destroy) {
          // The pool listens again as soon as it has the client back.
          client.release(destroy)
          client.removeListener('error', onError)
        },
      })
    })
  })
}
