import type { MongoClientLike, MongoSession } from './driver.js'

/** Where transactions get their sessions from, and give them back to when nothing of theirs is under way any more. */
export interface Sessions {
  start(): MongoSession
  end(session: MongoSession): Promise<unknown>
}

/** Each transaction has a session of the driver's pool. */
export function sessionsOf(client: Pick<MongoClientLike, 'startSession'>): Sessions {
  return {
    start: () => client.startSession({ causalConsistency: false }),
    end: (session) => session.endSession(),
  }
}
