import assert from 'node:assert/strict'
import { withEvents } from '../../contract-case.js'
import { at, said } from '../../events.js'
import { holds, present, rejects } from '../../expectations.js'
import { third, twoConversations } from './two-conversations.js'

/** How such a merge is undone. */
export const undoingCases = withEvents([
  {
    title: 'undoes such a merge: the person is still one, so the other conversation comes back closed',
    async run({ clock, store, scene }) {
      const { phone, user, kept, lost, sayBoth, mergeIdOf, listed } = await twoConversations(scene(store({ clock: clock.now })))
      const { account } = phone
      const mergeId = present((await sayBoth('p1')).mergeId)
      assert.equal(await mergeIdOf(), mergeId)
      await account.markRead({ conversationId: lost.id, seq: 2 })
      const now = clock.advance(1_000)
      const { outcome, kept: left, restored } = await account.unmergeConversations({ mergeId })
      assert.equal(outcome, 'unmerged')
      holds(left, { id: kept.id, status: 'open', unreadCount: 2, lastSeq: 6, waitingSince: at(9), lastMessagePreview: 'text of p1' })
      holds(restored, { id: lost.id, status: 'closed', closedAt: now, statusChangedAt: now, unreadCount: 1, lastSeq: 3, readSeq: 2 })
      holds(restored, { customerId: phone.customerId, contactId: left.contactId, lastMessageAt: at(5), recipientId: phone.customerId })
      assert.deepEqual(await listed(lost.id), ['n1', 'n2', 'n3'])
      assert.deepEqual(await listed(kept.id), ['m1', 'm2', 'p1'])
      for (const { key } of [phone, user]) holds(await account.findByOaAndCustomer(key), { id: kept.id })
      await rejects(account.reopenConversation({ conversationId: lost.id }), 'ACTIVE_CONVERSATION_EXISTS', { conversationId: kept.id })
      holds(await user.write(said('p2', { occurredAt: at(10) })), { outcome: 'updated' })
      assert.deepEqual(await listed(kept.id), ['m1', 'm2', 'p1', 'p2'])
    },
  },
  {
    title: 'brings what was merged so back closed also after the kept one was closed, and after a later merge is undone first',
    async run({ scene }) {
      const { phone, kept, lost, mergeIdOf, ...people } = await twoConversations(scene())
      const { account } = phone
      const { lid, link } = await third({ phone, ...people })
      const last = present((await lid.write(said('o1', { occurredAt: at(6) }))).conversation)
      await link()
      holds(await account.findByOaAndCustomer(lid.key), { id: kept.id, lastSeq: 6, unreadCount: 4, version: 1 })
      const [first, second] = [await mergeIdOf(), await mergeIdOf(last.id)]
      assert.notEqual(first, second)
      await account.closeConversation(phone.key)
      await rejects(account.unmergeConversations({ mergeId: first }), 'MERGE_REFUSED', { reason: 'not the last', mergeId: second })
      for (const [mergeId, id] of [
        [second, last.id],
        [first, lost.id],
      ] as const) {
        holds((await account.unmergeConversations({ mergeId })).restored, { id, status: 'closed', customerId: phone.customerId })
      }
      assert.equal(await account.findByOaAndCustomer(phone.key), null)
      assert.equal(await account.countConversations({ oaId: phone.oaId, customerId: lid.customerId }), 3)
    },
  },
  {
    title: 'takes the livelier status of the two, and gives the former one back when it is undone',
    async run({ clock, store, scene }) {
      const { phone, user, kept, lost, mergeIdOf, link } = await twoConversations(scene(store({ clock: clock.now })))
      const { account } = phone
      const until = new Date('2100-01-01')
      await account.snoozeConversation({ ...phone.key, until })
      clock.advance(1_000)
      await link()
      holds(await account.findByOaAndCustomer(user.key), { id: kept.id, status: 'open', snoozedUntil: null, statusChangedAt: clock.now() })
      clock.advance(1_000)
      const { kept: left, restored } = await account.unmergeConversations({ mergeId: await mergeIdOf() })
      holds(left, { status: 'snoozed', snoozedUntil: until })
      holds(restored, { id: lost.id, status: 'closed' })
    },
  },
])
