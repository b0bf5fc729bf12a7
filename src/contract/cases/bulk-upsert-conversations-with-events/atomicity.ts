import assert from 'node:assert/strict'
import { type ErrorCode, isConversationStoreError } from '../../../model/errors.js'
import { withEvents } from '../../contract-case.js'
import { said } from '../../events.js'
import { column, holds, only, rejects } from '../../expectations.js'

function failsWith(result: object | undefined, code: ErrorCode): void {
  const error = result && 'error' in result ? result.error : undefined
  assert.ok(isConversationStoreError(error, code), `expected ${code}, got ${String(error)}`)
}

export const atomicityCases = withEvents([
  {
    title: 'writes nothing when one item fails, and says which failure it was',
    async run({ scene }) {
      const { account, oaId, key, rows } = scene()
      await account.upsertConversationWithEvents({ ...key, events: [said('m1')] })
      const before = [await rows.conversations(), await rows.messages(), await rows.contactInboxes(), await rows.contacts()]
      const call = account.bulkUpsertConversationsWithEvents({
        conversations: [
          { oaId, customerId: 'first', events: [said('m1')] },
          { ...key, expectedVersion: 7, events: [said('m2')] },
          { oaId, customerId: 'last', events: [said('m1')] },
        ],
      })
      await rejects(call, 'VERSION_CONFLICT', { expected: 7, actual: 0 })
      assert.deepEqual([await rows.conversations(), await rows.messages(), await rows.contactInboxes(), await rows.contacts()], before)
    },
  },
  {
    title: 'with `atomic: false` reports a bad item in its place and writes its neighbours',
    async run({ scene }) {
      const { account, oaId, key, rows } = scene()
      await account.upsertConversationWithEvents({ ...key, channel: 'zalo', events: [said('m1')] })
      const results = await account.bulkUpsertConversationsWithEvents({
        atomic: false,
        conversations: [
          { oaId, customerId: 'a', events: [said('m1')] },
          { ...key, expectedVersion: 7, events: [said('m2')] },
          { oaId, customerId: '', events: [said('m1')] },
          { ...key, channel: 'sms', events: [said('m3')] },
          { ...key, events: [said('m4')] },
          { oaId, customerId: 'b', metadata: { bad: Number.NaN }, events: [] },
          { oaId, customerId: 'b', events: [said('m1')] },
        ],
      })
      assert.deepEqual(
        results.map(({ ok }) => ok),
        [true, false, false, false, true, false, true],
      )
      failsWith(results[1], 'VERSION_CONFLICT')
      failsWith(results[2], 'VALIDATION_FAILED')
      failsWith(results[3], 'INBOX_CHANNEL_MISMATCH')
      failsWith(results[5], 'VALIDATION_FAILED')
      assert.deepEqual(column(await rows.messages(), 'message_id'), ['m1', 'm1', 'm1', 'm4'])
      holds(
        (await rows.conversations()).find((row) => row.customer_id === key.customerId),
        { version: 1, last_seq: 2, unread_count: 2 },
      )
    },
  },
  {
    title: 'leaves nothing of a failed item behind that its neighbours would see',
    async run({ scene }) {
      const { account, oaId, key, rows } = scene()
      const results = await account.bulkUpsertConversationsWithEvents({
        atomic: false,
        conversations: [
          { ...key, expectedVersion: 3, nickname: 'never', events: [said('m1', { text: 'never' })] },
          { ...key, events: [said('m1', { text: 'stored' })] },
          { oaId, customerId: 'other', expectedVersion: 0, events: [said('m1')] },
        ],
      })
      assert.deepEqual(
        results.map(({ ok }) => ok),
        [false, true, false],
      )
      holds(only(await rows.conversations()), { nickname: null, version: 0, last_seq: 1 })
      holds(only(await rows.messages()), { text: 'stored', seq: 1 })
      only(await rows.contactInboxes())
    },
  },
  {
    title: 'fixes no channel by an item that fails',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const results = await account.bulkUpsertConversationsWithEvents({
        atomic: false,
        conversations: [
          { ...key, channel: 'messenger', expectedVersion: 5, events: [said('m1')] },
          { ...key, channel: 'sms', events: [said('m1')] },
        ],
      })
      failsWith(results[0], 'VERSION_CONFLICT')
      assert.ok(results[1]?.ok && results[1].outcome === 'created', JSON.stringify(results[1]))
      holds(only(await rows.conversations()), { channel: 'sms' })
      holds(only(await rows.contactInboxes()), { channel: 'sms' })
    },
  },
  {
    title: 'reports USERNAME_TAKEN for its item alone',
    async run({ scene }) {
      const { account, oaId, key, rows } = scene()
      await account.upsertConversation({ ...key, customerUsername: 'lan', matchUsername: true })
      await account.upsertConversation({ oaId, customerId: 'b' })
      const results = await account.bulkUpsertConversationsWithEvents({
        atomic: false,
        conversations: [
          { oaId, customerId: 'b', customerUsername: 'lan', matchUsername: true, events: [said('m1')] },
          { oaId, customerId: 'c', customerUsername: 'lan', matchUsername: true, events: [said('m1')] },
        ],
      })
      failsWith(results[0], 'USERNAME_TAKEN')
      assert.ok(results[1]?.ok && results[1].outcome === 'adopted')
      only(await rows.messages())
    },
  },
  {
    title: 'writes for its own account alone',
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      await theirs.write(said('m1'))
      const before = await theirs.rows.conversations()
      const [result] = await ours.account.bulkUpsertConversationsWithEvents({
        conversations: [{ ...ours.key, events: [said('m1'), said('m2')] }],
      })
      assert.ok(result?.ok && result.outcome === 'created')
      assert.deepEqual(await theirs.rows.conversations(), before)
      only(await theirs.rows.messages())
    },
  },
])
