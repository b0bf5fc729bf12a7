import assert from 'node:assert/strict'
import type { CaseList } from '../contract-case.js'
import { holds, only, racing, rejects, tally } from '../expectations.js'

const tomorrow = new Date('2100-01-01T08:00:00.123Z')
const later = new Date('2100-01-02')

export const snoozeConversationCases: CaseList = [
  {
    title: 'sets an open conversation aside until a time',
    async run({ clock, store, scene }) {
      const { account, key, open, rows } = scene(store({ clock: clock.now }))
      const before = await open()
      const now = clock.advance(1_000)
      const { outcome, conversation } = await account.snoozeConversation({ conversationId: before.id, until: tomorrow })
      assert.equal(outcome, 'updated')
      assert.deepEqual(conversation, {
        ...before,
        status: 'snoozed',
        snoozedUntil: tomorrow,
        statusChangedAt: now,
        updatedAt: now,
        version: 1,
      })
      holds(only(await rows.conversations()), { status: 'snoozed', snoozed_until: tomorrow, version: 1 })
      assert.equal((await account.findByOaAndCustomer(key))?.id, before.id)
    },
  },
  {
    title: 'moves the time of a snoozed one without changing its status, and is `unchanged` for the same time',
    async run({ clock, store, scene }) {
      const { account, key, open, rows } = scene(store({ clock: clock.now }))
      await open()
      const { conversation } = await account.snoozeConversation({ ...key, until: tomorrow })
      clock.advance(1_000)
      const same = await account.snoozeConversation({ ...key, until: tomorrow })
      assert.equal(same.outcome, 'unchanged')
      assert.deepEqual(same.conversation, conversation)
      const moved = await account.snoozeConversation({ ...key, until: later })
      assert.equal(moved.outcome, 'updated')
      holds(moved.conversation, { snoozedUntil: later, statusChangedAt: conversation.statusChangedAt, version: 2 })
      holds(only(await rows.conversations()), { snoozed_until: later, version: 2 })
    },
  },
  {
    title: 'refuses a closed conversation',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      const { id } = await open()
      await account.closeConversation(key)
      const transition = { from: 'closed', to: 'snoozed' }
      await rejects(account.snoozeConversation({ conversationId: id, until: tomorrow }), 'INVALID_TRANSITION', transition)
      await rejects(account.snoozeConversation({ ...key, until: tomorrow }), 'NOT_FOUND')
      holds(only(await rows.conversations()), { status: 'closed', snoozed_until: null, version: 1 })
    },
  },
  {
    title: 'refuses a stale version and what is no time',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      await open()
      await rejects(account.snoozeConversation({ ...key, until: tomorrow, expectedVersion: 3 }), 'VERSION_CONFLICT', {
        expected: 3,
        actual: 0,
      })
      for (const until of [new Date(Number.NaN), '2100-01-01' as never, 1 as never, undefined as never, { $gt: 0 } as never]) {
        await rejects(account.snoozeConversation({ ...key, until }), 'VALIDATION_FAILED')
      }
      holds(only(await rows.conversations()), { status: 'open', version: 0 })
    },
  },
  {
    title: 'counts 25 concurrent callers with one time as one change',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      await open()
      const results = await racing(25, () => account.snoozeConversation({ ...key, until: tomorrow }))
      assert.deepEqual(tally(results.map(({ outcome }) => outcome)), { updated: 1, unchanged: 24 })
      holds(only(await rows.conversations()), { version: 1 })
    },
  },
  {
    title: 'does not find another account’s conversation',
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      const { id } = await theirs.open()
      await rejects(ours.account.snoozeConversation({ conversationId: id, until: tomorrow }), 'NOT_FOUND')
      await rejects(ours.account.snoozeConversation({ ...ours.key, until: tomorrow }), 'NOT_FOUND')
      holds(only(await theirs.rows.conversations()), { status: 'open' })
    },
  },
]
