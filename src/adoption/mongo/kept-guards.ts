import type { MongoDb } from '../../mongo/driver.js'
import { guardId, type KeptGuard, type KeptGuards } from '../kept-guards.js'
import { passCollection } from './passes.js'

export function keptGuards(db: MongoDb): KeptGuards {
  const guards = db.collection(passCollection, { writeConcern: { w: 'majority' } })
  return {
    async remember(guard) {
      const since = { $ifNull: ['$guard_since', '$$NOW'] }
      // As text, because names of fields may have dots and dollars.
      const set = { guard: { $literal: JSON.stringify(guard) }, guard_since: since }
      await guards.updateOne({ _id: guardId(guard) }, [{ $set: set }], { upsert: true })
    },
    async forget(guard) {
      await guards.deleteOne({ _id: guardId(guard) })
    },
    async all() {
      const found = await guards.find({ guard: { $exists: true } }, { sort: { _id: 1 } }).toArray()
      return found.map(({ guard, guard_since: since }) => ({ ...(JSON.parse(String(guard)) as KeptGuard), since: new Date(String(since)) }))
    },
  }
}
