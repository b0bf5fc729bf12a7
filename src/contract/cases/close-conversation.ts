import assert from 'node:assert/strict'
import { isConversationStoreError } from '../../model/errors.js'
import { type CaseList, withEvents } from '../contract-case.js'
import { said } from '../events.js'
import { holds, only, racing, rejects, tally } from '../expectations.js'

const tomorrow = new Date('2100-01-01')

export const closeConversationCases: CaseList = [
  {
    title: 'closes an open conversation, and says when',
    async run({ clock, store, scene }) {
      const { account, key, open, rows } = scene(store({ clock: clock.now }))
      const before = await open()
      const now = clock.advance(1_000)
      const { outcome, conversation } = await account.closeConversation({ conversationId: before.id })
      assert.equal(outcome, 'updated')
      assert.deepEqual(conversation, { ...before, status: 'closed', version: 1, closedAt: now, statusChangedAt: now, updatedAt: now })
      holds(only(await rows.conversations()), { status: 'closed', version: 1, closed_at: now, status_changed_at: now })
      assert.equal(await account.findByOaAndCustomer(key), null)
    },
  },
  {
    title: 'closes a snoozed conversation and forgets its time',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      await open()
      await account.snoozeConversation({ ...key, until: tomorrow })
      const { conversation } = await account.closeConversation(key)
      holds(conversation, { status: 'closed', snoozedUntil: null, version: 2 })
      holds(only(await rows.conversations()), { status: 'closed', snoozed_until: null })
      assert.deepEqual(await account.wakeDue(), [])
    },
  },
  {
    title: 'says that a closed conversation is closed already, and leaves it alone',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      const { id } = await open()
      await account.closeConversation({ conversationId: id })
      const before = await rows.conversations()
      await rejects(account.closeConversation({ conversationId: id }), 'INVALID_TRANSITION', { from: 'closed', to: 'closed' })
      await rejects(account.closeConversation(key), 'NOT_FOUND', { what: 'conversation' })
      assert.deepEqual(await rows.conversations(), before)
    },
  },
  {
    title: 'refuses a stale version, and decides it before the transition',
    async run({ scene }) {
      const { account, open, rows } = scene()
      const { id } = await open()
      const conflict = { expected: 5, actual: 0 }
      await rejects(account.closeConversation({ conversationId: id, expectedVersion: 5 }), 'VERSION_CONFLICT', conflict)
      holds(only(await rows.conversations()), { status: 'open', version: 0 })
      await account.closeConversation({ conversationId: id, expectedVersion: 0 })
      await rejects(account.closeConversation({ conversationId: id, expectedVersion: 0 }), 'VERSION_CONFLICT', { expected: 0, actual: 1 })
      await rejects(account.closeConversation({ conversationId: id, expectedVersion: 1 }), 'INVALID_TRANSITION')
    },
  },
  {
    title: 'lets one of 25 concurrent callers close it',
    async run({ scene }) {
      const { account, open, rows } = scene()
      const { id } = await open()
      const outcomes = await racing(25, () =>
        account.closeConversation({ conversationId: id }).then(
          ({ outcome }) => outcome,
          (error: unknown) => {
            assert.ok(isConversationStoreError(error, 'INVALID_TRANSITION'), String(error))
            return 'closed already'
          },
        ),
      )
      assert.deepEqual(tally(outcomes), { updated: 1, 'closed already': 24 })
      holds(only(await rows.conversations()), { version: 1, status: 'closed' })
    },
  },
  {
    title: 'does not find another account’s conversation',
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      const { id } = await theirs.open()
      await rejects(ours.account.closeConversation({ conversationId: id }), 'NOT_FOUND')
      await rejects(ours.account.closeConversation(ours.key), 'NOT_FOUND')
      holds(only(await theirs.rows.conversations()), { status: 'open', version: 0 })
    },
  },
  ...withEvents([
    {
      title: 'keeps messages, unread and the read horizon as they were',
      async run({ scene }) {
        const { account, key, write, rows } = scene()
        const before = await write(said('m1'), said('m2'))
        await account.markRead({ ...key, seq: 1 })
        const { conversation } = await account.closeConversation(key)
        holds(conversation, { unreadCount: 1, readSeq: 1, lastSeq: 2, lastMessagePreview: before.conversation?.lastMessagePreview })
        assert.equal((await rows.messages()).length, 2)
      },
    },
  ]),
]
