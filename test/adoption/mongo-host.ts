import { randomBytes } from 'node:crypto'
import { BSON, type Db, type MongoClient, ObjectId } from 'mongodb'
import { onTestFinished } from 'vitest'
import { serverUrl } from '../contract/server.js'
import type { LegacyHost } from './legacy-host.js'
import { textId } from './legacy-rows.js'
import { sharedClient } from './shared-client.js'

export async function mongoHost(
  server: 'mongoReplicaSet' | 'mongoStandalone' = 'mongoReplicaSet',
): Promise<LegacyHost & { readonly client: MongoClient; readonly db: Db }> {
  const client = await sharedClient(serverUrl(server))
  const db = client.db(`test_${randomBytes(6).toString('hex')}`)
  onTestFinished(async () => {
    await db.dropDatabase()
  })
  const conversations = db.collection<{ _id: unknown }>('conversations')
  const given = (fields: Record<string, unknown>) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  const textOf = (value: unknown) => (value === null || value === undefined ? null : String(value))
  return {
    client,
    db,
    name: db.databaseName,
    where: {},
    async addConversations(rows) {
      if (rows.length === 0) return
      await conversations.insertMany(
        rows.map(({ id, accountId, oaId, customerId, status, lastMessageAt, messageCount, thread, contactId }) => ({
          _id: id,
          ...given({
            accountId,
            oa_id: oaId,
            customer_id: customerId,
            status,
            last_message_at: lastMessageAt,
            message_count: messageCount,
            thread,
            contact_id: contactId,
          }),
        })),
      )
    },
    async addIntegrations(rows) {
      await db.collection('integrations').createIndex({ oa_id: 1 })
      if (rows.length > 0)
        await db.collection('integrations').insertMany(rows.map(({ oaId, accountId }) => given({ oa_id: oaId, accountId })))
    },
    async addMessages(rows) {
      if (rows.length === 0) return
      await db.collection('messages').createIndex({ conversation_id: 1 })
      await db.collection<{ _id: unknown }>('messages').insertMany(
        rows.map(({ id, conversationId, messageId, text }) => ({
          _id: id,
          ...given({ conversation_id: conversationId, message_id: messageId, text }),
        })),
      )
    },
    async addContacts(rows) {
      await db
        .collection<{ _id: unknown }>('contacts')
        .insertMany(rows.map(({ id, oaId, customerId }) => ({ _id: id, oa_id: oaId, customer_id: customerId })))
    },
    async contacts() {
      const contacts = db.collection('contacts')
      return [...(await contacts.find().sort({ _id: 1 }).toArray()), ...(await contacts.indexes())].map((each) =>
        BSON.EJSON.stringify(each),
      )
    },
    async contactsNamed() {
      const kept = ['conversation_store_archive', 'conversation_store_quarantine'].map((name) =>
        db
          .collection(name)
          .find({ '_id.from': 'conversations' })
          .map(({ document }) => document)
          .toArray(),
      )
      const all = [await db.collection('conversations').find().toArray(), ...(await Promise.all(kept))].flat()
      return all
        .filter((row) => row.contact_id !== undefined)
        .map(({ _id, contact_id }) => BSON.EJSON.stringify({ _id, contact_id }))
        .sort()
    },
    async integrations() {
      const rows = await db.collection('integrations').find().toArray()
      return rows.map(({ oa_id, accountId }) => ({ oaId: String(oa_id), accountId: textOf(accountId) }))
    },
    async disconnect(oaId) {
      await db.collection('integrations').deleteMany({ oa_id: oaId })
    },
    async conversations() {
      return (await db.collection('conversations').find().sort({ _id: 1 }).toArray()).map((row) => ({
        id: String(row._id),
        accountId: textOf(row.accountId),
        oaId: textOf(row.oa_id),
        customerId: textOf(row.customer_id),
        status: textOf(row.status),
        messageCount: row.message_count ?? null,
      }))
    },
    async messages() {
      return (await db.collection('messages').find().sort({ _id: 1 }).toArray()).map((row) => ({
        id: String(row._id),
        conversationId: String(row.conversation_id),
        messageId: textOf(row.message_id),
      }))
    },
    async setAccount(id, accountId) {
      await db.collection('conversations').updateOne({ _id: { $eq: id } as never }, { $set: { accountId } })
    },
    async setInbox(id, oaId) {
      await db.collection('conversations').updateOne({ _id: { $eq: id } as never }, { $set: { oa_id: oaId } })
    },
    async takeLease() {
      await db
        .collection('conversation_store_adoption')
        .updateMany({}, { $inc: { token: 1 }, $set: { holder: 'another', claim: 'another' } })
    },
    async setStatus(id, status) {
      await db.collection('conversations').updateOne({ _id: { $eq: id } as never }, { $set: { status } })
    },
    async leftBehind() {
      const names = (await db.listCollections().toArray()).map(({ name }) => name).sort()
      const all = await Promise.all(
        names
          .filter((name) => name !== 'conversation_store_adoption' && name !== 'integrations')
          .map(async (name) => [
            name,
            (await db.collection(name).indexes()).map(({ name: index, unique }) => [index, unique ?? false]),
            (await db.collection(name).find().toArray())
              .map(({ at: _, ...row }) => JSON.stringify('messages' in row ? { ...row, _id: 0 } : row))
              .sort(),
          ]),
      )
      return all
    },
    async archived() {
      const kept = ['conversation_store_archive', 'conversation_store_quarantine'].map((name) =>
        db
          .collection(name)
          .find({ '_id.id': { $exists: true } })
          .toArray(),
      )
      return (await Promise.all(kept))
        .flat()
        .map(({ _id }) => ({ from: String(Reflect.get(_id, 'from')), id: String(Reflect.get(_id, 'id')) }))
    },
    async clear() {
      for (const { name } of await db.listCollections().toArray()) await db.collection(name).deleteMany({})
    },
    async breakLeases() {
      await db.collection('conversation_store_adoption').updateMany({}, { $unset: { holder: 1, claim: 1, expires_at: 1 } })
    },
    async dropActiveIndex() {
      await db.collection('conversations').dropIndex('accountId_1_oa_id_1_customer_id_1_active')
    },
    idOf: (at) => [textId(at), new ObjectId(at.toString(16).padStart(24, '0')), at, { page: 'p', 2024: at }][at % 4],
    async addOldIndex(since) {
      const some = since === undefined ? {} : { partialFilterExpression: { last_message_at: { $gte: since } } }
      await db.collection('conversations').createIndex({ oa_id: 1, customer_id: 1 }, { unique: true, ...some })
    },
    async indexes() {
      return (await db.collection('conversations').indexes()).map((index) => JSON.stringify(index)).sort()
    },
    async explainActive({ accountId, oaId, customerId }) {
      const active = { accountId, oa_id: oaId, customer_id: customerId, status: { $in: ['open', 'snoozed'] } }
      const plan = await db.collection('conversations').find(active).sort({ last_message_at: -1 }).explain('queryPlanner')
      return JSON.stringify(plan.queryPlanner.winningPlan)
    },
  }
}
