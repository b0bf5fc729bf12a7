import type { MongoClientLike, MongoDb, MongoSession } from './driver.js'

/** Where transactions get their sessions from, and give them back to when nothing of theirs is under way any more. */
export interface Sessions {
  start(): MongoSession
  end(session: MongoSession): Promise<unknown>
}

/** One session for as many transactions as come one after the other, so that somebody who knows its id can end them. */
export interface OneSession extends Sessions {
  /** What `endSession` needs to know of it. */
  readonly id: unknown
  /** Gives the session back to the driver's pool, unless a transaction has it. */
  giveBack(): Promise<void>
}

/** While a transaction has the one session, others get theirs from the pool. */
export function oneSession(pool: Sessions): OneSession {
  const own = pool.start()
  let isIdle = true
  return {
    id: own.id?.id,
    start() {
      if (!isIdle) return pool.start()
      isIdle = false
      return own
    },
    async end(session) {
      if (session === own) isIdle = true
      else await pool.end(session)
    },
    async giveBack() {
      if (isIdle) await pool.end(own)
    },
  }
}

/**
 * Ends a session of a process that died or stands still, with its transaction and all that it has locked, which the
 * server would keep for a minute and more. A user that may not do that waits for the server to do it.
 */
export async function endSession(db: MongoDb, id: unknown, options: object = {}): Promise<void> {
  await db.command({ killSessions: [{ id }] }, options).catch(() => undefined)
}

/** Each transaction has a session of the driver's pool. */
export function sessionsOf(client: Pick<MongoClientLike, 'startSession'>): Sessions {
  return {
    start: () => client.startSession({ causalConsistency: false }),
    end: (session) => session.endSession(),
  }
}
