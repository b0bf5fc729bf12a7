import type { GivingUp } from '../store/deadline.js'
import { hostOfPool } from './connection-cause.js'
import { type PgClient, type PgPool, type PgPoolClient, requireConnected } from './drivers.js'
import { connectionRefused, unavailable } from './translate-error.js'
import { takeTurn } from './turns.js'

/** A client of the host's pool, whose errors are heard until `release`. */
export interface LentClient {
  readonly client: PgPoolClient
  /** Gives the client back. The pool ends its connection if it is to be destroyed. */
  release(destroy: boolean): void
}

/**
 * Takes a client out of the pool and listens to its errors from the first moment. The server may end a connection in
 * the same packet that ends its start-up, and an `error` event that nobody hears ends the host's process. A listener
 * that is added after an `await` comes too late, so this uses the pool's callback.
 *
 * A pool can't be told that nobody waits any more. When the call is given up, this throws at once, and gives a client
 * that comes later back untouched. Throws UNAVAILABLE, and UNSUPPORTED where the server refuses the user or the
 * database.
 */
export function lendClient(pool: PgPool, onError: (error: Error) => void, call: GivingUp | null = null): Promise<LentClient> {
  return new Promise((resolve, reject) => {
    let isAbandoned = false
    const abandon = (reason: unknown) => {
      isAbandoned = true
      reject(unavailable(reason))
    }
    const stop = call?.onGivenUp(abandon)
    if (isAbandoned) return
    const lend = (client: PgPoolClient) => {
      stop?.()
      if (isAbandoned) return client.release()
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
    const refuse = (error: unknown) => {
      stop?.()
      reject(connectionRefused(error, hostOfPool(pool)))
    }
    const promised: unknown = pool.connect((error, client) => (client === undefined ? refuse(error) : lend(client)))
    // A host may have wrapped its pool in something that knows promises only, and never calls back.
    if (promised instanceof Promise) promised.then(lend, refuse)
  })
}

/**
 * Waits until all earlier calls on the host's only client are done. Later calls then wait until the returned function
 * is called. When the call is given up, this throws UNAVAILABLE at once, and its turn passes to the next call.
 */
export function holdTurn(client: PgClient, call: GivingUp | null = null): Promise<() => void> {
  requireConnected(client)
  return new Promise((resolve, reject) => {
    let isAbandoned = false
    const stop = call?.onGivenUp((reason) => {
      isAbandoned = true
      reject(unavailable(reason))
    })
    void takeTurn(client, async () => {
      stop?.()
      if (!isAbandoned) await new Promise<void>((end) => resolve(() => end()))
    })
  })
}
