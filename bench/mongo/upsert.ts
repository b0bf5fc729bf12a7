import { randomUUID } from 'node:crypto'
import type { OpenComparison, Variant } from '../comparison.js'
import { warmUp } from '../runner/warm-up.js'
import { openMongoose } from './mongoose-models.js'
import { accountId, customersInTurn, oaId, openStoreDatabase } from './store-database.js'

const concurrency = [1, 16] as const
const customers = 4_000
const callsBefore = 2_000

/** A patch of a known customer's conversation. */
export const openMongoUpsert: OpenComparison = async ({ mongoUrl }) => {
  const size = { connections: 16, customers }
  const ours = await openStoreDatabase(mongoUrl, size)
  const bare = await openStoreDatabase(mongoUrl, size)
  const remembering = await openStoreDatabase(mongoUrl, size)
  const theirs = await openStoreDatabase(mongoUrl, size)
  const mongoose = await openMongoose(theirs.url, size.connections)
  const customer = customersInTurn(customers)
  let calls = 0
  const nickname = () => {
    calls += 1
    return `Lan ${calls}`
  }

  const variants: readonly Variant[] = [
    {
      name: 'conversation-store',
      async operation() {
        const { outcome } = await ours.account.upsertConversation({ oaId, customerId: customer(), nickname: nickname() })
        if (outcome !== 'updated') throw new Error(`the outcome was ${outcome}`)
      },
    },
    { name: 'mongodb findOneAndUpdate', operation: () => upsertBare(bare.db, customer(), nickname()) },
    { name: 'mongodb findOneAndUpdate, remembering', operation: () => updateRemembering(remembering.db, customer(), nickname()) },
    {
      name: 'Mongoose find, change, save',
      async operation() {
        const conversation = await mongoose.Conversation.findOne({ accountId, oa_id: oaId, customer_id: customer(), active: true })
        if (conversation === null) throw new Error('the conversation is gone')
        conversation.nickname = nickname()
        conversation.version += 1
        await conversation.save()
      },
    },
  ]
  await warmUp(variants, callsBefore)

  return {
    id: 'mongo-upsert',
    title: 'MongoDB: upsertConversation of a known customer',
    note:
      'The nickname changes every time. The bare driver upserts with $set, $inc and $setOnInsert, and without versions to expect, operations to ' +
      'remember or a change to tell from none. Remembering: a pipeline that does all of these, as a retry needs. Mongoose finds, changes and saves. ' +
      `Each way is called ${callsBefore.toLocaleString('en')} times before, so that V8 has compiled it.`,
    concurrency,
    variants,
    goals: [
      { of: 'conversation-store', against: 'mongodb findOneAndUpdate', atMost: 1.2 },
      { of: 'conversation-store', against: 'Mongoose find, change, save', atMost: 0.7 },
    ],
    async close() {
      await mongoose.connection.close()
      for (const database of [ours, bare, remembering, theirs]) await database.close()
    },
  }
}

type Database = Awaited<ReturnType<typeof openStoreDatabase>>['db']

async function upsertBare(db: Database, customerId: string, nickname: string): Promise<void> {
  const now = new Date()
  const conversation = await db.collection<{ _id: string; nickname?: string }>('conversations').findOneAndUpdate(
    { accountId, oa_id: oaId, customer_id: customerId, active: true },
    {
      $set: { nickname, updated_at: now },
      $inc: { version: 1 },
      $setOnInsert: {
        _id: randomUUID(),
        contact_inbox_id: randomUUID(),
        contact_id: randomUUID(),
        channel: 'messenger',
        status: 'open',
        unread_count: 0,
        last_seq: 0,
        read_seq: 0,
        last_event_seq: 0,
        last_activity_at: now,
        status_changed_at: now,
        created_at: now,
      },
    },
    { upsert: true, returnDocument: 'after' },
  )
  if (conversation?.nickname !== nickname) throw new Error('the nickname was not stored')
}

/**
 * An update that is safe to retry: it changes the document once for an operation, keeps the last 16 operations, and
 * changes nothing when nothing differs.
 */
async function updateRemembering(db: Database, customerId: string, nickname: string): Promise<void> {
  const operation = { id: randomUUID(), outcome: 'updated', at: '$$NOW' }
  const isNew = { $not: [{ $in: [operation.id, '$operations.id'] }] }
  const changed = {
    nickname: { $literal: nickname },
    version: { $add: ['$version', 1] },
    updated_at: '$$NOW',
    operations: { $slice: [{ $concatArrays: ['$operations', [operation]] }, -16] },
  }
  const isChanged = { $and: [isNew, { $ne: ['$nickname', changed.nickname] }] }
  const conversation = await db
    .collection<{ _id: string; nickname?: string }>('conversations')
    .findOneAndUpdate(
      { accountId, oa_id: oaId, customer_id: customerId, active: true },
      [{ $replaceWith: { $cond: [isChanged, { $mergeObjects: ['$$ROOT', changed] }, '$$ROOT'] } }],
      { returnDocument: 'after' },
    )
  if (conversation?.nickname !== nickname) throw new Error('the nickname was not stored')
}
