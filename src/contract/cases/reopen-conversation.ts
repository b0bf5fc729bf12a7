import assert from 'node:assert/strict'
import { isConversationStoreError } from '../../model/errors.js'
import type { CaseList } from '../contract-case.js'
import { column, holds, only, present, racing, rejects, tally } from '../expectations.js'

const claimOfLan = { customerUsername: 'lan', matchUsername: true } as const

export const reopenConversationCases: CaseList = [
  {
    title: 'opens a closed conversation by its id, or the customer’s latest',
    async run({ clock, store, scene }) {
      const { account, key, open, rows } = scene(store({ clock: clock.now }))
      const { id } = await open()
      await account.closeConversation(key)
      const now = clock.advance(1_000)
      const { outcome, conversation } = await account.reopenConversation({ conversationId: id })
      assert.equal(outcome, 'reopened')
      holds(conversation, { id, status: 'open', closedAt: null, statusChangedAt: now, updatedAt: now, version: 2 })
      holds(only(await rows.conversations()), { status: 'open', closed_at: null, version: 2 })
      await account.closeConversation(key)
      clock.advance(1_000)
      const second = await account.upsertConversation(key)
      await account.closeConversation(key)
      const latest = await account.reopenConversation(key)
      assert.equal(latest.conversation.id, second.conversation.id)
    },
  },
  {
    title: 'wakes a snoozed conversation',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      await open()
      await account.snoozeConversation({ ...key, until: new Date('2100-01-01') })
      const { outcome, conversation } = await account.reopenConversation(key)
      assert.equal(outcome, 'reopened')
      holds(conversation, { status: 'open', snoozedUntil: null, version: 2 })
      holds(only(await rows.conversations()), { status: 'open', snoozed_until: null })
    },
  },
  {
    title: 'leaves one active conversation where an older one is opened while the customer is adopted',
    needs: ['joint writes'],
    async run({ scene }) {
      const people = await Promise.all(
        Array.from({ length: 8 }, async () => {
          const old = scene()
          const fresh = old.another()
          await old.account.upsertConversation({ ...old.key, ...claimOfLan })
          const { conversation: older } = await old.account.upsertConversation(fresh.key)
          await old.account.closeConversation(fresh.key)
          await old.account.upsertConversation(fresh.key)
          await old.account.closeConversation(fresh.key)
          return { old, fresh, older }
        }),
      )
      const races = people.flatMap(({ old: { account }, fresh: { key }, older }) => [
        account.upsertConversation({ ...key, ...claimOfLan }),
        account.reopenConversation({ conversationId: older.id }),
      ])
      for (const result of await Promise.allSettled(races)) {
        const refused = result.status === 'rejected' ? result.reason : null
        assert.ok(
          refused === null ||
            isConversationStoreError(refused, 'ACTIVE_CONVERSATION_EXISTS') ||
            isConversationStoreError(refused, 'USERNAME_TAKEN') ||
            isConversationStoreError(refused, 'INVALID_TRANSITION'),
          String(refused),
        )
      }
      for (const { old } of people) {
        const heads = new Map((await old.rows.contactInboxes()).map((row) => [row.id, row.canonical_id ?? row.id]))
        const active = (await old.rows.conversations()).filter(({ status }) => status !== 'closed')
        assert.equal(new Set(active.map((row) => heads.get(row.contact_inbox_id))).size, active.length)
      }
    },
  },
  {
    title: 'opens one from before the customer became an alias as the canonical customer’s, of which there is one',
    needs: ['joint writes'],
    async run({ scene }) {
      const old = scene()
      const fresh = old.another()
      const { account } = old
      const before = await account.upsertConversation(fresh.key)
      await account.closeConversation(fresh.key)
      const claim = { customerUsername: 'lan', matchUsername: true }
      const { conversation: shared } = await account.upsertConversation({ ...old.key, ...claim })
      await account.upsertConversation({ ...fresh.key, ...claim })
      const reopening = { conversationId: before.conversation.id }
      await rejects(account.reopenConversation(reopening), 'ACTIVE_CONVERSATION_EXISTS', { conversationId: shared.id })
      await account.closeConversation(old.key)
      const { conversation } = await account.reopenConversation(reopening)
      // Of the two contacts the older one stays, and each of the three calls has changed what a host sees.
      const { contactId } = before.conversation
      holds(conversation, { customerId: old.customerId, contactId, status: 'open', version: 3 })
      for (const { key } of [old, fresh]) assert.equal((await account.findByOaAndCustomer(key))?.id, conversation.id)
      const row = present((await old.rows.conversations()).find(({ id }) => id === conversation.id))
      holds(row, { customer_id: old.customerId, contact_id: contactId })
      await rejects(account.reopenConversation({ conversationId: shared.id }), 'ACTIVE_CONVERSATION_EXISTS')
    },
  },
  {
    title: 'refuses one that is open, and a customer without any',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      await rejects(account.reopenConversation(key), 'NOT_FOUND', { what: 'conversation' })
      const { id } = await open()
      await rejects(account.reopenConversation({ conversationId: id }), 'INVALID_TRANSITION', { from: 'open', to: 'open' })
      await rejects(account.reopenConversation(key), 'INVALID_TRANSITION')
      holds(only(await rows.conversations()), { version: 0 })
    },
  },
  {
    title: 'refuses while the customer has another active one, and names it',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      const first = await open()
      await account.closeConversation(key)
      const second = await open()
      const active = { conversationId: second.id }
      await rejects(account.reopenConversation({ conversationId: first.id }), 'ACTIVE_CONVERSATION_EXISTS', active)
      assert.deepEqual(column(await rows.conversations(), 'status'), ['closed', 'open'])
      assert.deepEqual(column(await rows.conversations(), 'version'), [0, 1])
    },
  },
  {
    title: 'refuses while another active conversation has its username',
    needs: ['joint writes'],
    async run({ scene }) {
      const { account, key, another, rows } = scene()
      const claim = { customerUsername: 'lan', matchUsername: true }
      const first = await account.upsertConversation({ ...key, ...claim })
      await account.closeConversation(key)
      const other = await account.upsertConversation({ ...another().key, ...claim })
      const taken = { conversationId: other.conversation.id }
      await rejects(account.reopenConversation({ conversationId: first.conversation.id }), 'USERNAME_TAKEN', taken)
      assert.deepEqual(column(await rows.conversations(), 'status'), ['closed', 'open'])
    },
  },
  {
    title: 'lets one of 25 concurrent callers open it, and one of two conversations win',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      const ids: string[] = []
      for (let round = 0; round < 2; round++) {
        ids.push((await open()).id)
        await account.closeConversation(key)
      }
      const outcomes = await racing(25, (index) =>
        account.reopenConversation({ conversationId: ids[index % 2] ?? '' }).then(
          ({ outcome }) => outcome,
          (error: unknown) => {
            const isExpected =
              isConversationStoreError(error, 'INVALID_TRANSITION') || isConversationStoreError(error, 'ACTIVE_CONVERSATION_EXISTS')
            assert.ok(isExpected, String(error))
            return 'refused'
          },
        ),
      )
      assert.deepEqual(tally(outcomes), { reopened: 1, refused: 24 })
      assert.deepEqual(column(await rows.conversations(), 'status'), ['closed', 'open'])
      assert.deepEqual(column(await rows.conversations(), 'version'), [1, 2])
    },
  },
  {
    title: 'refuses a stale version, and does not find another account’s conversation',
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      const { id } = await theirs.open()
      await theirs.account.closeConversation(theirs.key)
      const conflict = { expected: 0, actual: 1 }
      await rejects(theirs.account.reopenConversation({ conversationId: id, expectedVersion: 0 }), 'VERSION_CONFLICT', conflict)
      await rejects(ours.account.reopenConversation({ conversationId: id }), 'NOT_FOUND')
      await rejects(ours.account.reopenConversation(ours.key), 'NOT_FOUND')
      holds(only(await theirs.rows.conversations()), { status: 'closed', version: 1 })
    },
  },
]
