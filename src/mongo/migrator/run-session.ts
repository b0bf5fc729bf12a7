import type { MongoClientLike, MongoCollection } from '../driver.js'
import { type OneSession, oneSession, type Sessions, sessionsOf } from '../sessions.js'
import { heldWith } from './ledger.js'

/**
 * The session of a run's batches. The document of the lease names it, so that the next holder can end what this one has
 * left open. A run without batches has none.
 */
export interface RunSession {
  /** The sessions for the transactions of batches. Null if no client was given. */
  sessions(): Promise<Sessions | null>
  /** Gives the session back. To be called when the document of the lease does not name it any more. */
  giveBack(): Promise<void>
}

export function runSession(client: MongoClientLike | null, ledger: MongoCollection, token: number): RunSession {
  let own: OneSession | null = null
  return {
    async sessions() {
      if (client === null) return null
      if (own === null) {
        own = oneSession(sessionsOf(client))
        // No part of a transaction, because then nobody could read it before the commit. A runner that has lost the
        // lease names nothing, and its batch finds the higher token.
        await ledger.updateOne(heldWith(token), { $set: { session: own.id } })
      }
      return own
    },
    async giveBack() {
      await own?.giveBack().catch(() => undefined)
    },
  }
}
