import type { MongoDb } from '../../mongo/driver.js'
import { formerId, guardId, type KeptGuard, type KeptGuards } from '../kept-guards.js'
import { passCollection } from './passes.js'

export function keptGuards(db: MongoDb): KeptGuards {
  const guards = db.collection(passCollection, { writeConcern: { w: 'majority' } })
  const read = (guard: unknown) => JSON.parse(String(guard)) as KeptGuard
  // One that an older version kept under its own id is the same if its options make the same index.
  const formerOf = async (guard: KeptGuard) => {
    const found = await guards.findOne({ _id: formerId(guard), guard: { $exists: true } })
    const id = guardId(db, guard)
    return found !== null && found._id !== id && guardId(db, read(found.guard)) === id ? found : null
  }
  return {
    async remember(guard) {
      const former = await formerOf(guard)
      const since = { $ifNull: ['$guard_since', former?.guard_since ?? '$$NOW'] }
      // As text, because names of fields may have dots and dollars.
      const set = { guard: { $literal: JSON.stringify(guard) }, guard_since: since }
      await guards.updateOne({ _id: guardId(db, guard) }, [{ $set: set }], { upsert: true })
      if (former !== null) await guards.deleteOne({ _id: former._id })
    },
    async forget(guard) {
      const former = await formerOf(guard)
      await guards.deleteOne({ _id: guardId(db, guard) })
      if (former !== null) await guards.deleteOne({ _id: former._id })
    },
    async all() {
      const found = await guards.find({ guard: { $exists: true } }, { sort: { _id: 1 } }).toArray()
      return found.map(({ guard, guard_since: since }) => ({ ...read(guard), since: new Date(String(since)) }))
    },
  }
}
