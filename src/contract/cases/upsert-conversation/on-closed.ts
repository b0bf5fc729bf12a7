import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { holds, only, racing, tally } from '../../expectations.js'

export const onClosedCases: CaseList = [
  {
    title: 'reopens the last conversation where the policy is `reopen`',
    async run({ clock, store, scene }) {
      const { account, key, open, rows } = scene(store({ clock: clock.now }))
      const { id } = await open()
      await account.closeConversation({ conversationId: id })
      const now = clock.advance(60_000)
      const { outcome, conversation } = await account.upsertConversation({ ...key, onClosed: 'reopen' })
      assert.equal(outcome, 'reopened')
      holds(conversation, { id, version: 2, status: 'open', closedAt: null, statusChangedAt: now, updatedAt: now })
      holds(only(await rows.conversations()), { version: 2, status: 'open', closed_at: null, status_changed_at: now })
    },
  },
  {
    title: 'reopens until the last millisecond of `reopenWithin`, and opens anew after it',
    async run({ clock, store, scene }) {
      const { account, key, open, rows } = scene(store({ clock: clock.now }))
      const { id } = await open()
      await account.closeConversation({ conversationId: id })
      clock.advance(1_000)
      const within = await account.upsertConversation({ ...key, onClosed: { reopenWithin: 1_000 } })
      assert.equal(within.outcome, 'reopened')
      await account.closeConversation({ conversationId: id })
      clock.advance(1_001)
      const after = await account.upsertConversation({ ...key, onClosed: { reopenWithin: 1_000 } })
      assert.equal(after.outcome, 'created')
      assert.notEqual(after.conversation.id, id)
      assert.equal((await rows.conversations()).length, 2)
    },
  },
  {
    title: 'asks the call before the store',
    async run({ store, scene }) {
      const { account, key, open } = scene(store({ onClosed: 'reopen' }))
      const next = async (onClosed: object) => {
        await account.closeConversation({ conversationId: (await open()).id })
        return (await account.upsertConversation({ ...key, ...onClosed })).outcome
      }
      assert.equal(await next({}), 'reopened')
      assert.equal(await next({ onClosed: 'new' }), 'created')
    },
  },
  {
    title: 'asks the call first, then the inbox, then the store, and opens anew where none says',
    needs: ['joint writes'],
    async run({ store, scene }) {
      const reopening = scene(store({ onClosed: 'reopen' }))
      const reopen = async (onClosed?: 'new' | 'reopen') => {
        await reopening.account.closeConversation({ conversationId: (await reopening.open()).id })
        return (await reopening.account.upsertConversation({ ...reopening.key, ...(onClosed && { onClosed }) })).outcome
      }
      assert.equal(await reopen(), 'reopened')
      assert.equal(await reopen('new'), 'created')
      await reopening.account.connectInbox({ oaId: reopening.oaId, channel: 'api', onClosed: 'new' })
      assert.equal(await reopen(), 'created')
      assert.equal(await reopen('reopen'), 'reopened')
    },
  },
  {
    title: 'lets one of 25 concurrent callers reopen it',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      const { id } = await open()
      await account.closeConversation({ conversationId: id })
      const results = await racing(25, () => account.upsertConversation({ ...key, onClosed: 'reopen' }))
      assert.deepEqual(tally(results.map(({ outcome }) => outcome)), { reopened: 1, unchanged: 24 })
      holds(only(await rows.conversations()), { id, status: 'open', version: 2 })
    },
  },
  {
    title: 'reopens the latest of several closed conversations',
    async run({ clock, store, scene }) {
      const { account, key, open } = scene(store({ clock: clock.now }))
      await account.closeConversation({ conversationId: (await open()).id })
      clock.advance(5)
      const second = await open()
      await account.closeConversation({ conversationId: second.id })
      const { conversation } = await account.upsertConversation({ ...key, onClosed: 'reopen' })
      assert.equal(conversation.id, second.id)
    },
  },
  {
    title: 'keeps a snoozed conversation snoozed',
    async run({ scene }) {
      const { account, key, open } = scene()
      const { id } = await open()
      const until = new Date('2100-01-01')
      await account.snoozeConversation({ conversationId: id, until })
      const { outcome, conversation } = await account.upsertConversation({ ...key, onClosed: 'reopen', nickname: 'Lan' })
      assert.equal(outcome, 'updated')
      holds(conversation, { id, status: 'snoozed', snoozedUntil: until })
    },
  },
]
