import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { rejects } from '../../expectations.js'

export const findInboxOwnerCases: CaseList = [
  {
    title: 'names the account that has the channel identity now',
    needs: ['joint writes'],
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      const { store, oaId } = ours
      const question = { channel: 'messenger', oaId }
      assert.equal(await store.findInboxOwner(question), null)
      const first = await ours.account.connectInbox(question)
      assert.deepEqual(await store.findInboxOwner(question), { accountId: ours.accountId, inboxId: first.id, ...question })
      await ours.account.disconnectInbox({ oaId })
      assert.equal(await store.findInboxOwner(question), null)
      const second = await theirs.account.connectInbox(question)
      assert.deepEqual(await store.findInboxOwner(question), { accountId: theirs.accountId, inboxId: second.id, ...question })
    },
  },
  {
    title: 'goes by the channel and the oaId together',
    needs: ['joint writes'],
    async run({ scene, unique }) {
      const { store, account, oaId } = scene()
      await account.connectInbox({ oaId, channel: 'messenger' })
      assert.equal(await store.findInboxOwner({ channel: 'instagram', oaId }), null)
      assert.equal(await store.findInboxOwner({ channel: 'messenger', oaId: unique('oa') }), null)
      assert.equal(await store.findInboxOwner({ channel: oaId, oaId: 'messenger' }), null)
    },
  },
  {
    title: 'needs a connected inbox: writing to one is not enough',
    async run({ scene }) {
      const { store, account, key } = scene()
      await account.upsertConversation({ ...key, channel: 'messenger' })
      assert.equal(await store.findInboxOwner({ channel: 'messenger', oaId: key.oaId }), null)
    },
  },
  {
    title: 'refuses whatever is no id',
    async run({ scene }) {
      const { store, oaId } = scene()
      for (const value of [{ $ne: null }, ['a'], '', 5, null, undefined]) {
        await rejects(store.findInboxOwner({ channel: 'sms', oaId: value as never }), 'VALIDATION_FAILED')
        await rejects(store.findInboxOwner({ channel: value as never, oaId }), 'VALIDATION_FAILED')
      }
      await rejects(store.findInboxOwner({ channel: 'sms', oaId }, { signal: AbortSignal.abort() }), 'ABORTED')
    },
  },
]
