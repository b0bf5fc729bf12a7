import assert from 'node:assert/strict'
import type { CaseList } from '../contract-case.js'
import { present, rejects, upTo } from '../expectations.js'

export const listInboxesCases: CaseList = [
  {
    title: 'gives the account’s inboxes by oaId, byte by byte, disconnected ones too',
    needs: ['joint writes'],
    async run({ scene, unique }) {
      const { account } = scene()
      const prefix = unique('oa')
      const oaIds = ['b', 'a', 'B', 'é', '_', 'Z', '-', '10', '9', '👋', '\uffee'].map((end) => `${prefix}${end}`)
      const inboxes = await Promise.all(oaIds.map((oaId) => account.connectInbox({ oaId, channel: 'sms' })))
      const disconnected = await account.disconnectInbox({ oaId: `${prefix}B` })
      const expected = inboxes.map((inbox) => (inbox.id === disconnected.id ? disconnected : inbox)).sort((a, b) => byBytes(a.oaId, b.oaId))
      assert.deepEqual(await account.listInboxes(), { items: expected, nextCursor: null })
    },
  },
  {
    title: 'pages through all of them, repeating none and missing none',
    needs: ['joint writes'],
    async run({ scene, unique }) {
      const { account } = scene()
      await Promise.all(upTo(60).map(() => account.connectInbox({ oaId: unique('oa'), channel: 'sms' })))
      const whole = (await account.listInboxes({ limit: 500 })).items.map(({ oaId }) => oaId)
      assert.equal(new Set(whole).size, 60)
      for (const limit of [1, 7, 60]) {
        const oaIds: string[] = []
        for await (const { oaId } of account.listInboxes({ limit })) oaIds.push(oaId)
        assert.deepEqual(oaIds, whole, `${limit} a page`)
      }
      assert.equal((await account.listInboxes()).items.length, 50)
    },
  },
  {
    title: 'holds what one account has, also behind the cursor of another',
    needs: ['joint writes'],
    async run({ scene, unique }) {
      const ours = scene()
      const theirs = ours.foreign()
      for (const { account } of [ours, theirs]) for (const _ of upTo(2)) await account.connectInbox({ oaId: unique('oa'), channel: 'sms' })
      const { items, nextCursor } = await ours.account.listInboxes({ limit: 1 })
      assert.equal(items[0]?.accountId, ours.accountId)
      const next = await theirs.account.listInboxes({ cursor: present(nextCursor) })
      for (const { accountId } of next.items) assert.equal(accountId, theirs.accountId)
    },
  },
  {
    title: 'has none for a new account, and refuses limits and cursors that are none',
    async run({ scene }) {
      const { account, open } = scene()
      await open()
      assert.deepEqual(await account.listInboxes(), { items: [], nextCursor: null })
      for (const limit of [0, -1, 501, 1.5, '5' as never]) await rejects(account.listInboxes({ limit }), 'VALIDATION_FAILED')
      const { nextCursor } = await account.listConversations({ limit: 1 })
      assert.equal(nextCursor, null)
      await rejects(account.listInboxes({ cursor: 'nonsense' }), 'VALIDATION_FAILED')
      await rejects(account.listInboxes({}, { signal: AbortSignal.abort() }), 'ABORTED')
    },
  },
]

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
