import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { rejects } from '../../expectations.js'

export const forAccountCases: CaseList = [
  {
    title: 'is the only door: what one account writes no other one sees',
    async run({ scene }) {
      const ours = scene()
      const { id } = await ours.open()
      const { account } = ours.foreign()
      assert.equal(await account.findConversation({ conversationId: id }), null)
      assert.deepEqual((await account.listConversations()).items, [])
      assert.equal(await account.countConversations(), 0)
      assert.equal(ours.account.accountId, ours.accountId)
    },
  },
  {
    title: 'shows no account the inboxes of another one',
    needs: ['joint writes'],
    async run({ scene }) {
      const ours = scene()
      await ours.account.connectInbox({ oaId: ours.oaId, channel: 'sms' })
      assert.equal((await ours.account.listInboxes()).items.length, 1)
      assert.deepEqual((await ours.foreign().account.listInboxes()).items, [])
    },
  },
  {
    title: 'gives the same conversations to every handle of an account',
    async run({ store, scene }) {
      const { accountId, open } = scene()
      const opened = await open()
      assert.deepEqual(await store().forAccount(accountId).findConversation({ conversationId: opened.id }), opened)
    },
  },
  {
    title: 'tells accounts apart whose ids differ by case, space or form',
    async run({ store, scene, raw }) {
      const { accountId, key } = scene()
      const shared = store()
      const names = [
        accountId,
        accountId.toUpperCase(),
        `${accountId} `,
        ` ${accountId}`,
        `${accountId}é`,
        `${accountId}e\u0301`,
        `${accountId}%`,
      ]
      for (const name of names) await shared.forAccount(name).upsertConversation({ ...key, nickname: name })
      for (const name of names) {
        const rows = await raw.conversations(name)
        assert.deepEqual(
          rows.map((row) => row.nickname),
          [name],
        )
      }
    },
  },
  {
    title: 'refuses whatever is no account id',
    async run({ store }) {
      const shared = store()
      for (const accountId of ['', { $ne: null }, ['a'], 5, null, undefined, 'a\u0000', '\ud800', Object('a')]) {
        await rejects(
          Promise.resolve().then(() => shared.forAccount(accountId as never)),
          'VALIDATION_FAILED',
        )
      }
    },
  },
]
