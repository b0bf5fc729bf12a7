import type { Doc, MongoDb } from '../../mongo/driver.js'
import { writeConcern } from '../../mongo/schema/collections.js'
import type { ImportTables } from '../importing/import-tables.js'
import type { LegacyTable, Rejection } from '../importing/legacy-source.js'
import { sameKey } from './bson.js'
import { valueAt } from './claims.js'
import { findExactly } from './find-exactly.js'

/** The documents that an import could not read, whole and with their reason, in a collection beside the host's. */
export function rejectedRows(db: MongoDb, { conversations, messages, inboxes }: ImportTables) {
  const rejected = db.collection('conversation_store_rejected', { writeConcern, readPreference: 'primary' })
  const names: Readonly<Record<LegacyTable, string | null>> = {
    conversations: conversations.name,
    messages: messages?.name ?? null,
    inboxes: inboxes?.name ?? null,
  }
  const ofTables = (tables: readonly LegacyTable[]) => ({ '_id.from': { $in: tables.flatMap((table) => names[table] ?? []) } })
  return {
    async clear(tables: readonly LegacyTable[]): Promise<void> {
      await rejected.deleteMany(ofTables(tables))
    },
    async write(rejections: readonly Rejection[]): Promise<void> {
      for (const [table, name] of Object.entries(names)) {
        const some = rejections.filter((each) => each.table === table)
        if (name === null || some.length === 0) continue
        const reasons = new Map(some.map(({ key, reason }) => [sameKey(key), reason]))
        const ids = some.map(({ key }) => key)
        const found = await findExactly(db.collection(name, { readPreference: 'primary' }), { _id: { $in: ids } })
        if (found.length > 0)
          await rejected.bulkWrite(found.map((document) => keep(name, document, reasons.get(sameKey(document._id)) ?? '')))
      }
    },
    async have(table: LegacyTable, keys: readonly unknown[]): Promise<readonly boolean[]> {
      const from = names[table]
      const ids = keys.map((id) => ({ from, id }))
      const found = ids.length === 0 ? [] : await findExactly(rejected, { _id: { $in: ids } }, { projection: { _id: 1 } })
      const written = new Set(found.map(({ _id }) => sameKey(valueAt(_id, 'id'))))
      return keys.map((key) => written.has(sameKey(key)))
    },
    count: () => rejected.countDocuments(ofTables(['inboxes', 'conversations', 'messages'])),
  }
}

function keep(name: string, document: Doc, reason: string): object {
  const filter = { _id: { from: name, id: document._id } }
  return {
    updateOne: {
      filter,
      update: [{ $set: { reason: { $literal: reason }, at: '$$NOW', document: { $literal: document } } }],
      upsert: true,
    },
  }
}
