import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'vitest'
import { unreadIndexes } from '../../src/mongo/schema/indexes.js'
import { latestSchema } from '../../src/mongo/schema/store-schema.js'
import { waitingIndexes } from '../../src/mongo/schema/waiting-indexes.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { anna, expectBounds, lan, reaction } from '../contract/waiting-bounds.js'
import { openDatabase } from './database.js'

const day = 24 * 60 * 60_000

describe.skipIf(isServerAbsent('mongoReplicaSet'))('what waited without bounds under the first schema', () => {
  test('keeps to them after the upgrade, and whatever is dropped is counted', async () => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'))
    const { account, adapter, db } = database
    const events = db.collection<{ _id: string }>('contact_interaction_events')
    const inboxes = db.collection('contact_inboxes')
    for (const key of [lan, anna]) await account.upsertConversationWithEvents({ ...key, events: [reaction('m0')] })
    for (const { collection, options } of [...unreadIndexes, ...waitingIndexes]) await db.collection(collection).dropIndex(options.name)
    await inboxes.updateMany({}, { $unset: { dropped_events: '' } })
    await db
      .collection<{ _id: string; entries: { id: string }[] }>('conversation_store_migrations')
      .updateOne({ _id: 'ledger' }, { $pull: { entries: { id: /@00[238]$/ } } })
    const inboxOf = (customerId: string) => inboxes.findOne({ accountId: 'acme', customer_id: customerId })
    /** Documents like the one that waits, the last of which has just come: m1 is the oldest. */
    const wait = async (customerId: string, count: number, old: number) => {
      const contact_inbox_id = String((await inboxOf(customerId))?._id)
      const one = await events.findOneAndDelete({ accountId: 'acme', contact_inbox_id })
      const now = Date.now()
      await events.insertMany(
        Array.from({ length: count }, (_, index) => ({
          ...one,
          _id: `w-${customerId}${index + 1}`,
          dedupe_key: `w-${index + 1}`,
          target_message_id: `m${index + 1}`,
          created_at: new Date(now - (index < old ? 40 * day : 0) - (count - index) * 1000),
        })),
      )
    }
    await wait('lan', 1500, 300)
    await wait('anna', 5, 5)

    const { applied, schema } = await adapter.migrate()
    deepEqual(applied, [
      'conversation-store/conversations@002',
      'conversation-store/contact_interaction_events@003',
      'conversation-store/conversations@008',
    ])
    equal(schema, latestSchema)
    deepEqual(await adapter.checkSchema(), { ok: true, schema: latestSchema, missing: [], different: [] })

    const stateOf = async (customerId: string) => {
      const inbox = await inboxOf(customerId)
      const ofInbox = { accountId: 'acme', contact_inbox_id: String(inbox?._id), conversation_id: { $exists: false } }
      const overdue = await events.countDocuments({ ...ofInbox, created_at: { $lt: new Date(Date.now() - 30 * day) } })
      return { waiting: await events.countDocuments(ofInbox), overdue, dropped: Number(inbox?.dropped_events ?? 0) }
    }
    await expectBounds(account, stateOf)
  })
})
