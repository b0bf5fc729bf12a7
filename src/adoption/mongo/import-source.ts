import type { Doc, MongoCollection, MongoDb } from '../../mongo/driver.js'
import { readIndexes } from '../../mongo/migrator/indexes/live-indexes.js'
import type { ImportTables } from '../importing/import-tables.js'
import type { LegacyRow, LegacySource } from '../importing/legacy-source.js'
import { exactly, sameKey, textOfId } from './bson.js'
import { valueAt } from './claims.js'
import { exactlyWithBytes, exactValue, findExactly, withBytes } from './find-exactly.js'
import { greatestId, placeOfLast, readPage } from './pages.js'
import { passTable } from './passes.js'
import { idText, plainOf } from './plain-values.js'
import { rejectedRows } from './rejected-rows.js'
import { withSiblings } from './siblings.js'

export function importSource(db: MongoDb, tables: ImportTables): LegacySource {
  const { conversations: table, messages, inboxes, account } = tables
  const collection = (name: string) => db.collection(name, { readPreference: 'primary', readConcern: { level: 'majority' } })
  const conversations = collection(table.name)
  const keys = [...(account === null ? [table.accountId] : []), table.oaId, table.customerId]
  const idOf = table.id ?? '_id'
  const ofMessages = messages === null ? null : collection(messages.name)
  const where = messages === null ? {} : messages.where
  const rejected = rejectedRows(db, tables)
  const rowOf = (document: Doc, inPage: boolean): LegacyRow => ({
    key: document._id,
    id: textOfId(document._id),
    inPage,
    reference: valueAt(document, idOf),
    accountId: account ?? idText(valueAt(document, table.accountId)),
    oaId: idText(valueAt(document, table.oaId)),
    customerId: idText(valueAt(document, table.customerId)),
    fields: fieldsOf(document, table.fields),
  })
  return {
    passes: passTable(db),
    database: db.databaseName ?? '',
    warnings: () => warningsOf(db, tables),
    async counts() {
      const id = {
        account: account === null ? `$${table.accountId}` : { $literal: account },
        oa: `$${table.oaId}`,
        customer: `$${table.customerId}`,
      }
      const groups = await conversations
        .aggregate([{ $group: { _id: id, rows: { $sum: 1 } } }], { allowDiskUse: true, ...exactly })
        .toArray()
      // One customer may be of several groups, by ids of several types that are one text.
      const customers = new Map<string, Set<string>>()
      let [rows, unreadable] = [0, 0]
      for (const { _id, rows: counted } of groups) {
        const { account: own, oa, customer } = _id as Doc
        rows += Number(counted)
        const [accountId, oaId, customerId] = [idText(own), idText(oa), idText(customer)]
        if (accountId === null || oaId === null || customerId === null) unreadable += Number(counted)
        else customers.set(accountId, (customers.get(accountId) ?? new Set()).add(JSON.stringify([oaId, customerId])))
      }
      return {
        conversations: rows,
        unreadable,
        messages: ofMessages === null ? 0 : await ofMessages.countDocuments(where),
        inboxes: inboxes === null ? 0 : await collection(inboxes.name).countDocuments({}),
        customers: [...customers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([accountId, { size }]) => ({ accountId, customers: size })),
      }
    },
    async inboxes() {
      if (inboxes === null) return []
      const found = await findExactly(collection(inboxes.name), {}, { sort: { _id: 1 } })
      const optional = (document: Doc, field: string | null) => (field === null ? null : idText(valueAt(document, field)))
      return found.map((document) => ({
        key: document._id,
        id: textOfId(document._id),
        accountId: account ?? idText(valueAt(document, inboxes.accountId)),
        oaId: idText(valueAt(document, inboxes.oaId)),
        channel: optional(document, inboxes.channel),
        name: optional(document, inboxes.inboxName),
      }))
    },
    greatest: () => greatestId(conversations),
    async page(state, limit) {
      const page = await readPage(conversations, {}, state, limit, {})
      const own = new Set(page.map(({ _id }) => sameKey(_id)))
      const rows = (await withSiblings(conversations, keys, page, state.upTo)).map((document) =>
        rowOf(document, own.has(sameKey(document._id))),
      )
      return { rows, size: page.length, last: placeOfLast(page), isLast: page.length < limit }
    },
    async sample(size) {
      const named = Object.fromEntries(keys.map((key) => [key, { $nin: [null, ''] }]))
      const ids = { $project: { _id: 0, ...withBytes('id', '$_id') } }
      const picked = await conversations.aggregate([{ $match: named }, { $sample: { size } }, ids], exactlyWithBytes).toArray()
      const page = await findExactly(conversations, { _id: { $in: picked.map((each) => exactValue(each, 'id')) } })
      return (await withSiblings(conversations, keys, page, null)).map((document) => rowOf(document, true))
    },
    async countMessages(references) {
      if (ofMessages === null || messages === null || references.length === 0) return references.map(() => 0)
      const field = messages.conversationId
      const found = await ofMessages
        .aggregate(
          [
            { $match: { $and: [where, { [field]: { $in: references } }] } },
            { $group: { _id: `$${field}`, number: { $sum: 1 } } },
            { $project: { _id: 0, number: 1, ...withBytes('reference', '$_id') } },
          ],
          exactlyWithBytes,
        )
        .toArray()
      const counts = new Map(found.map((each) => [sameKey(exactValue(each, 'reference')), Number(each.number)]))
      return references.map((reference) => counts.get(sameKey(reference)) ?? 0)
    },
    async messages(references, { offset, limit }) {
      if (ofMessages === null || messages === null) return []
      const places = new Map(references.map((reference, at) => [sameKey(reference), at]))
      const time = messages.fields.occurredAt
      const sort = { ...(time === undefined ? {} : { [time]: 1 }), _id: 1 }
      const filter = { $and: [where, { [messages.conversationId]: { $in: references } }] }
      const found = await findExactly(ofMessages, filter, { sort, skip: offset, limit, allowDiskUse: true })
      return found.map((document) => ({
        at: places.get(sameKey(valueAt(document, messages.conversationId))) ?? -1,
        message: { key: document._id, id: textOfId(document._id), fields: fieldsOf(document, messages.fields) },
      }))
    },
    clearRejected: rejected.clear,
    reject: rejected.write,
    async rejectStray(reason) {
      if (ofMessages === null || messages === null) return 0
      return rejectStray(ofMessages, tables, reason, rejected.write)
    },
    wereRejected: rejected.have,
    countRejected: rejected.count,
  }
}

function fieldsOf<F extends string>(document: Doc, fields: Readonly<Partial<Record<F, string>>>): Readonly<Partial<Record<F, unknown>>> {
  const found: Partial<Record<F, unknown>> = {}
  for (const [name, field] of Object.entries<string | undefined>(fields))
    if (field !== undefined) found[name as F] = plainOf(valueAt(document, field))
  return found
}

const mostAtOnce = 500

/** Goes over all messages, and lets the server look for the conversation of each. */
async function rejectStray(
  messages: MongoCollection,
  { conversations, messages: table }: ImportTables,
  reason: string,
  write: LegacySource['reject'],
): Promise<number> {
  if (table === null) return 0
  const lookUp = {
    from: conversations.name,
    localField: table.conversationId,
    foreignField: conversations.id ?? '_id',
    as: 'conversation_store_found',
  }
  let rejected = 0
  for (let after: Doc[] = []; ; ) {
    const stray = await messages
      .aggregate(
        [
          { $match: { $and: [table.where, ...after] } },
          { $sort: { _id: 1 } },
          { $lookup: lookUp },
          { $match: { $or: [{ conversation_store_found: { $size: 0 } }, { [table.conversationId]: null }] } },
          { $limit: mostAtOnce },
          { $project: { _id: 0, ...withBytes('id', '$_id') } },
        ],
        { allowDiskUse: true, ...exactlyWithBytes },
      )
      .toArray()
    await write(stray.map((each) => ({ table: 'messages', key: exactValue(each, 'id'), reason })))
    rejected += stray.length
    const last = stray.at(-1)
    if (last === undefined || stray.length < mostAtOnce) return rejected
    after = [{ $expr: { $gt: ['$_id', { $literal: exactValue(last, 'id') }] } }]
  }
}

async function warningsOf(db: MongoDb, { conversations, messages }: ImportTables): Promise<readonly string[]> {
  const begins = async (name: string, fields: readonly string[]) => {
    const [live] = await readIndexes(db, [name])
    if (live === undefined || live.type === 'missing') return true
    return live.indexes.some(({ key }) => fields.includes(Object.keys(key)[0] ?? ''))
  }
  const missing = (name: string, field: string) => `${name} has no index that begins with ${field}, so each batch reads all of it.`
  const { name, accountId, oaId, customerId } = conversations
  return [
    ...((await begins(name, [accountId, oaId, customerId])) ? [] : [missing(name, oaId)]),
    ...(messages === null || (await begins(messages.name, [messages.conversationId]))
      ? []
      : [missing(messages.name, messages.conversationId)]),
  ]
}
