import { requireNotAborted } from '../../model/abort.js'
import type { Doc, MongoCollection, MongoDb } from '../../mongo/driver.js'
import { writeConcern } from '../../mongo/schema/collections.js'
import { duplicateKey, serverCode } from '../../mongo/translate-error.js'
import { appendLines } from '../append-lines.js'
import type { BackfillReverted } from '../backfill-types.js'
import type { AdoptionOptions } from '../options.js'
import type { OrphanPolicy, Unresolved } from '../orphans.js'
import { remainingTime } from '../remaining-time.js'
import type { Conversations } from '../tables.js'
import { distinct, sameKey, toExtendedJson } from './bson.js'
import { valueAt } from './claims.js'
import { findExactly } from './find-exactly.js'

/** Where orphans are kept, one document each. */
const quarantineCollection = 'conversation_store_quarantine'

export interface Orphan {
  readonly document: Doc
  readonly reason: Unresolved
}

/**
 * Takes orphans out of the collection, after they were written to where they are kept. A conversation is deleted only
 * if the whole of it still is what was written there, so that nothing that came meanwhile is lost. One that has an
 * account by now, or an `oaId` that is none of those that were looked up, stays. Returns the ids of those that are
 * gone.
 */
export async function removeOrphans(
  db: MongoDb,
  table: Conversations,
  policy: Extract<OrphanPolicy, { policy: 'quarantine' | 'delete' }>,
  orphans: readonly Orphan[],
): Promise<readonly unknown[]> {
  if (orphans.length === 0) return []
  const conversations = db.collection(table.name, { writeConcern, readPreference: 'primary' })
  const oaOf = (document: Doc) => valueAt(document, table.oaId) ?? null
  const reasons = new Map(orphans.map(({ document, reason }) => [sameKey(oaOf(document)), reason]))
  const ids = orphans.map(({ document }) => document._id)
  const oaIds = distinct(orphans.map(({ document }) => oaOf(document)))
  const found = await findExactly(conversations, { _id: { $in: ids }, [table.accountId]: null, [table.oaId]: { $in: oaIds } })
  if (found.length === 0) return []
  const quarantine = quarantineOf(db)
  if (policy.policy === 'delete')
    await appendLines(
      policy.archive,
      found.map((each) => JSON.stringify(toExtendedJson(each))),
    )
  else await quarantine.bulkWrite(found.map((each) => keep(table, each, reasons.get(sameKey(oaOf(each))) ?? 'orphan')))
  await conversations.bulkWrite(
    found.map((each) => ({ deleteOne: { filter: { _id: each._id, $expr: { $eq: ['$$ROOT', { $literal: each }] } } } })),
    { ordered: false },
  )
  const left = await findExactly(conversations, { _id: { $in: found.map(({ _id }) => _id) } }, { projection: { _id: 1 } })
  if (policy.policy === 'quarantine' && left.length > 0)
    await quarantine.deleteMany({ _id: { $in: left.map(({ _id }) => ({ from: table.name, id: _id })) } })
  const stays = new Set(left.map(({ _id }) => sameKey(_id)))
  return found.map(({ _id }) => _id).filter((id) => !stays.has(sameKey(id)))
}

function keep(table: Conversations, document: Doc, reason: Unresolved): object {
  const filter = { _id: { from: table.name, id: document._id } }
  return { updateOne: { filter, update: [{ $set: { reason, at: '$$NOW', document: { $literal: document } } }], upsert: true } }
}

/**
 * Moves the orphans of a collection back. One whose id is taken again, or that a unique index refuses, stays in the
 * quarantine.
 */
export async function restoreQuarantined(
  db: MongoDb,
  table: Conversations,
  { signal, onProgress }: Pick<AdoptionOptions, 'signal' | 'onProgress'>,
): Promise<BackfillReverted> {
  const quarantine = quarantineOf(db)
  const conversations = db.collection(table.name, { writeConcern, readPreference: 'primary' })
  const name = `quarantine of ${table.name}`
  const total = onProgress === undefined ? null : await quarantine.countDocuments({ '_id.from': table.name })
  const remaining = remainingTime(0)
  let [done, restored] = [0, 0]
  let after: Doc[] = []
  for (;;) {
    requireNotAborted(signal ?? null)
    const page = await findExactly(quarantine, { $and: [{ '_id.from': table.name }, ...after] }, { sort: { _id: 1 }, limit: 500 })
    const last = page.at(-1)
    if (last === undefined) return { restored, left: done - restored }
    await conversations
      .bulkWrite(
        page.map((each) => putBack(each.document as Doc)),
        { ordered: false },
      )
      .catch(unlessRefused)
    const ids = page.map(({ document }) => (document as Doc)._id)
    const back = await findExactly(conversations, { _id: { $in: ids } })
    const texts = new Map(back.map((each) => [sameKey(each._id), JSON.stringify(toExtendedJson(each))]))
    const same = page.filter(({ document }) => texts.get(sameKey((document as Doc)._id)) === JSON.stringify(toExtendedJson(document)))
    restored += same.length
    if (same.length > 0) await quarantine.deleteMany({ _id: { $in: same.map(({ _id }) => _id) } })
    after = [{ $expr: { $gt: ['$_id', { $literal: last._id }] } }]
    done += page.length
    await onProgress?.({ name, done, total, remainingMs: remaining(done, total) })
  }
}

/** The others of an unordered list are written, although some are doubles. */
function unlessRefused(error: unknown): void {
  const refused: unknown[] = [Reflect.get(Object(error), 'writeErrors')].flat()
  if (serverCode(error) !== duplicateKey || refused.some((each) => Number(Reflect.get(Object(each), 'code')) !== duplicateKey)) throw error
}

/**
 * Inserts the document unless its id is taken. `$setOnInsert` would put its fields into another order. A new document
 * of an upsert has its id alone, which no conversation has.
 */
function putBack(document: Doc): object {
  const { _id } = document
  const isNew = { $eq: ['$$ROOT', { _id: { $literal: _id } }] }
  const update = [{ $replaceWith: { $cond: [isNew, { $literal: document }, '$$ROOT'] } }]
  return { updateOne: { filter: { _id: { $eq: _id } }, update, upsert: true } }
}

function quarantineOf(db: MongoDb): MongoCollection {
  return db.collection(quarantineCollection, { writeConcern, readPreference: 'primary' })
}
