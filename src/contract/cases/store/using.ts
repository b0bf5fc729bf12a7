import assert from 'node:assert/strict'
import { isConversationStoreError } from '../../../model/errors.js'
import type { CaseList } from '../../contract-case.js'
import { said } from '../../events.js'
import { holds, only, rejects } from '../../expectations.js'

/** A host throws it to roll its transaction back. */
class ChangeOfMind extends Error {}

export const usingCases: CaseList = [
  {
    title: 'writes in the host’s transaction: all of it is there once the host commits',
    needs: ['transactions', 'events'],
    async run({ scene, inTransaction, raw }) {
      const { store, accountId, oaId, key, rows } = scene()
      await inTransaction(async (transaction) => {
        const inside = store.using(transaction).forAccount(accountId)
        const created = await inside.upsertConversation({ ...key, nickname: '$n' })
        assert.equal(created.outcome, 'created')
        await inside.upsertConversationWithEvents({ ...key, events: [said('m1')] })
        await inside.markRead(key)
        await inside.connectInbox({ oaId, channel: 'api' })
        assert.equal((await inside.findByOaAndCustomer(key))?.lastSeq, 1)
        assert.equal((await store.using(transaction).findInboxOwner({ channel: 'api', oaId }))?.accountId, accountId)
      })
      holds(only(await rows.conversations()), { nickname: '$n', last_seq: 1, read_seq: 1, unread_count: 0, version: 2 })
      only(await rows.messages())
      holds(await raw.owner('api', oaId), { account_id: accountId })
    },
  },
  {
    title: 'leaves nothing when the host rolls back',
    needs: ['transactions', 'events'],
    async run({ scene, inTransaction, raw }) {
      const { store, accountId, oaId, key, rows } = scene()
      const rollback = inTransaction(async (transaction) => {
        const inside = store.using(transaction).forAccount(accountId)
        await inside.upsertConversationWithEvents({ ...key, events: [said('m1')] })
        await inside.connectInbox({ oaId, channel: 'api' })
        await inside.closeConversation(key)
        throw new ChangeOfMind()
      })
      await rollback.then(
        () => assert.fail('the transaction was committed'),
        (error: unknown) => {
          if (!(error instanceof ChangeOfMind)) throw error
        },
      )
      assert.deepEqual(await rows.conversations(), [])
      assert.deepEqual(await rows.messages(), [])
      assert.deepEqual(await rows.contactInboxes(), [])
      assert.deepEqual(await rows.contacts(), [])
      assert.equal(await raw.owner('api', oaId), null)
    },
  },
  {
    title: 'undoes a refused call alone: the host goes on and commits the rest',
    needs: ['transactions'],
    async run({ scene, inTransaction }) {
      const { store, account, accountId, key, another, rows } = scene()
      const other = another()
      const before = await account.upsertConversation(key)
      await inTransaction(async (transaction) => {
        const inside = store.using(transaction).forAccount(accountId)
        await inside.updateNickname({ ...key, nickname: 'kept' })
        await rejects(inside.updateNickname({ ...key, nickname: 'lost', expectedVersion: 0 }), 'VERSION_CONFLICT', {
          expected: 0,
          actual: 1,
        })
        await rejects(inside.closeConversation(other.key), 'NOT_FOUND')
        await inside.upsertConversation(other.key)
      })
      assert.equal((await rows.conversations()).length, 2)
      holds(await account.findConversation({ conversationId: before.conversation.id }), { nickname: 'kept', version: 1 })
    },
  },
  {
    title: 'keeps accounts apart inside a transaction as outside',
    needs: ['transactions'],
    async run({ scene, inTransaction }) {
      const ours = scene()
      const theirs = ours.foreign()
      const { id } = await theirs.open()
      await inTransaction(async (transaction) => {
        const inside = ours.store.using(transaction).forAccount(ours.accountId)
        assert.equal(await inside.findConversation({ conversationId: id }), null)
        await rejects(inside.closeConversation({ conversationId: id }), 'NOT_FOUND')
      })
      holds(only(await theirs.rows.conversations()), { status: 'open', version: 0 })
    },
  },
  {
    title: 'refuses what is no transaction, as it refuses any other malformed input',
    async run({ scene, backend }) {
      const { store, accountId, key, rows } = scene()
      for (const transaction of [undefined, null, 'begin', {}]) {
        const calling = async () => store.using(transaction).forAccount(accountId).upsertConversation(key)
        await assert.rejects(calling, (error) => {
          // A backend without transactions cannot tell a wrong transaction from a right one, so it may answer
          // UNSUPPORTED.
          const isUnsupported = !backend.supportsTransactions && isConversationStoreError(error, 'UNSUPPORTED')
          return isUnsupported || isConversationStoreError(error, 'VALIDATION_FAILED')
        })
      }
      assert.deepEqual(await rows.conversations(), [])
    },
  },
  {
    title: 'validates its input as outside, before anything is sent',
    needs: ['transactions'],
    async run({ scene, inTransaction }) {
      const { store, accountId, key, rows } = scene()
      await inTransaction(async (transaction) => {
        const inside = store.using(transaction).forAccount(accountId)
        await inside.upsertConversation(key)
        await rejects(inside.upsertConversation({ ...key, customerId: { $ne: null } as never }), 'VALIDATION_FAILED')
        await inside.upsertConversation({ ...key, nickname: 'after' })
      })
      holds(only(await rows.conversations()), { nickname: 'after' })
    },
  },
]
