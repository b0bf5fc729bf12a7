import { randomUUID } from 'node:crypto'
import type { Doc, MongoDb } from '../../mongo/driver.js'
import { heldBy, heldFor, takeIfFree } from '../../mongo/lease-statements.js'
import { fromStored, toStored } from '../../mongo/migrator/exact-ids.js'
import { writeConcern } from '../../mongo/schema/collections.js'
import { upserted } from '../../mongo/upserted.js'
import type { PassState, PassTable } from '../run-pass.js'
import { exactly } from './bson.js'

/** Where the passes of a database are kept, one document each: its lease, and how far it has come. */
export const passCollection = 'conversation_store_adoption'

const holding = ['holder', 'claim', 'since', 'expires_at']

/**
 * The passes. A pass is taken, renewed and saved by one command each, on the server's clock, and each of them names the
 * token, so that a process whose lease was taken over saves nothing.
 */
export function passTable(db: MongoDb): PassTable {
  const passes = db.collection(passCollection, { writeConcern, readPreference: 'primary', readConcern: { level: 'majority' } })
  // Distinguishes our own acquisition from another one in the same process.
  const claim = randomUUID()
  const heldWith = (_id: string, token: number) => ({ _id, ...heldBy(token) })
  return {
    async acquire(_id, holder, ttlMs) {
      const taken = takeIfFree({ holder, ttlMs, above: 0, unless: { $eq: ['$claim', claim] }, mark: { claim } })
      const projection = { token: 1, holder: 1, claim: 1, since: 1, expires_in_ms: { $subtract: ['$expires_at', '$$NOW'] } }
      const found = await upserted(() => passes.findOneAndUpdate({ _id }, [taken], { upsert: true, returnDocument: 'after', projection }))
      if (found.claim === claim) return { token: Number(found.token) }
      return { heldBy: { holder: String(found.holder), since: found.since as Date, expiresInMs: Number(found.expires_in_ms) } }
    },
    async renew(_id, token, ttlMs) {
      const later = [{ $set: heldFor(ttlMs) }]
      return (await passes.updateOne(heldWith(_id, token), later)).matchedCount > 0
    },
    async release(_id, token) {
      await passes.updateOne(heldWith(_id, token), [{ $unset: holding }])
    },
    async read(_id) {
      const found = await passes.findOne({ _id, state: { $exists: true } }, { ...exactly, projection: { state: 1 } })
      return found === null ? null : toState(found.state as Doc)
    },
    async save(_id, token, state) {
      return (await passes.updateOne(heldWith(_id, token), { $set: { state: fromState(state) } })).matchedCount > 0
    },
  }
}

/** Places are kept so that a read keeps the order of their fields, too. */
function fromState(state: PassState): Doc {
  const kept = (place: unknown) => (place === null ? null : { id: toStored(Reflect.get(Object(place), 'id')) })
  return { ...state, cursor: kept(state.cursor), upTo: kept(state.upTo), stored: true }
}

function toState(state: Doc): PassState {
  // An older version kept the ids themselves.
  const isStored = String(state.stored) === 'true'
  const place = (kept: unknown) => {
    if (kept === null || kept === undefined) return null
    return { id: isStored ? fromStored(Reflect.get(Object(kept), 'id')) : kept }
  }
  const counts = Object.entries((state.counts ?? {}) as Doc).map(([name, count]) => [name, Number(count)])
  return {
    cursor: place(state.cursor),
    upTo: place(state.upTo),
    round: Number(state.round),
    changed: Number(state.changed),
    counts: Object.fromEntries(counts),
    done: String(state.done) === 'true',
    ...(typeof state.task === 'string' && { task: state.task }),
  }
}
