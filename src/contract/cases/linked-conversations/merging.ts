import assert from 'node:assert/strict'
import { mergedParts } from '../../../model/limits.js'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { losingReplies, retry } from '../../errors/losing-replies.js'
import { at, said } from '../../events.js'
import { column, holds, only, present, rejects } from '../../expectations.js'
import { twoPeople } from '../../two-people.js'
import { twoConversations } from './two-conversations.js'

/** When conversations of two people who turn out to be one are merged, and what the call is told. */
export const mergingCases: CaseList = [
  ...withEvents([
    {
      title: 'merges the younger active conversation of two people into the older one’s when a message proves that they are one',
      async run({ clock, store, scene }) {
        const { phone, user, both, kept, lost, sayBoth, listed } = await twoConversations(scene(store({ clock: clock.now })))
        const { account, rows } = phone
        const stored = await rows.messages()
        const now = clock.advance(1_000)
        const result = await sayBoth('p1')
        holds(result, { outcome: 'merged', events: [{ outcome: 'stored' }] })
        const conversation = present(result.conversation)
        holds(conversation, { id: kept.id, version: kept.version + 1, updatedAt: now, customerId: phone.customerId, status: 'open' })
        holds(conversation, { unreadCount: 4, lastSeq: 6, readSeq: 0, lastMessagePreview: 'text of p1', lastMessageAt: at(9) })
        holds(conversation, { lastInboundAt: at(9), waitingSince: at(4), recipientId: phone.customerId })
        assert.deepEqual(
          conversation.identities.map(({ id }) => id),
          both.map(({ id }) => id),
        )
        holds(only(await rows.conversations()), { id: kept.id, unread_count: 4, last_seq: 6, version: kept.version + 1 })
        assert.deepEqual(
          (await rows.messages()).filter((row) => row.message_id !== 'p1'),
          stored,
          'no row moves',
        )
        assert.deepEqual(await listed(kept.id), ['m1', 'n1', 'm2', 'n2', 'n3', 'p1'])
        assert.deepEqual(await account.findConversation({ conversationId: lost.id }), { ...conversation, redirectedFrom: lost.id })
        for (const { key } of [phone, user]) assert.deepEqual(await account.findByOaAndCustomer(key), conversation)
        holds(await sayBoth('p1'), { outcome: 'duplicate', conversation })
        holds((await account.markRead({ conversationId: lost.id, seq: 2 })).conversation, { unreadCount: 3, readSeq: 0 })
        const { items } = await account.listEvents({ conversationId: kept.id })
        assert.deepEqual(
          items.map(({ messageId, eventSeq }) => [eventSeq, messageId]),
          ['m1', 'm2', 'n1', 'n2', 'n3', 'p1'].map((id, index) => [index + 1, id]),
        )
      },
    },
    {
      title: 'keeps the customer’s name, whichever of the two conversations had it',
      async run({ scene }) {
        const first = scene()
        for (const named of ['phone', 'user'] as const) {
          const people = await twoConversations(first.another())
          await people[named].account.updateConversation({ ...people[named].key, customerName: 'Lan' })
          holds((await people.sayBoth('p1')).conversation, { id: people.kept.id, customerName: 'Lan' })
          const rows = await people.phone.rows.conversations()
          holds(only(rows.filter(({ id }) => id === people.kept.id)), { customer_name: 'Lan' })
        }
      },
    },
    {
      title: 'answers a call that is sent again as the lost reply would have',
      async run({ storeOver, scene }) {
        const { sayBoth, kept, phone } = await twoConversations(scene(storeOver(losingReplies(2), { retry })))
        const { mergeId, ...merged } = await sayBoth('p1')
        holds(merged, { outcome: 'merged', events: [{ outcome: 'stored' }], duplicates: 0 })
        holds(only(await phone.rows.conversations()), { id: kept.id, version: kept.version + 1 })
        holds(await phone.account.unmergeConversations({ mergeId: present(mergeId) }), { outcome: 'unmerged' })
      },
    },
    {
      title: 'merges nothing when the item fails, or when it is a replay',
      async run({ scene }) {
        const { phone, user, both, lost, oaId, sayBoth } = await twoConversations(scene())
        const { account, rows } = phone
        const before = await rows.conversations()
        await rejects(sayBoth('p1', { expectedVersion: 7 }), 'VERSION_CONFLICT')
        holds(await account.upsertConversationWithEvents({ ...user.key, identities: both, events: [said('n1')] }), { outcome: 'duplicate' })
        const [failed, written] = await account.bulkUpsertConversationsWithEvents({
          atomic: false,
          conversations: [
            { oaId, customerId: user.customerId, identities: both, expectedVersion: 7, events: [said('p1')] },
            { oaId, customerId: `${user.customerId} 2`, events: [said('p1')] },
          ],
        })
        holds(failed, { ok: false })
        holds(written, { ok: true, outcome: 'created' })
        assert.deepEqual(
          (await rows.conversations()).filter(({ customer_id }) => customer_id !== `${user.customerId} 2`),
          before,
        )
        holds(await account.findByOaAndCustomer(user.key), { id: lost.id })
      },
    },
    {
      title: 'merges for a notice of a changed id as well, and for an item of a bulk that comes before others',
      async run({ scene }) {
        const first = scene()
        const { phone, user, kept, oaId } = await twoConversations(first)
        const previous = [{ id: phone.customerId, kind: 'phone' }]
        const current = [{ id: user.customerId, kind: 'phone' }]
        const notice = { type: 'identity_change', previous, current, occurredAt: at(9) } as const
        holds(await phone.account.upsertConversationWithEvents({ ...phone.key, events: [notice] }), { outcome: 'merged' })
        holds(await phone.account.findByOaAndCustomer(user.key), { id: kept.id, customerId: user.customerId, lastSeq: 5, unreadCount: 3 })

        const other = await twoConversations(first.another())
        const results = await phone.account.bulkUpsertConversationsWithEvents({
          conversations: [
            { oaId, customerId: other.user.customerId, identities: other.both, events: [said('p1')] },
            { oaId, customerId: other.user.customerId, events: [said('p2')] },
          ],
        })
        assert.deepEqual(
          results.map((result) => (result.ok ? [result.outcome, result.conversation?.id, result.conversation?.lastSeq] : 'failed')),
          [
            ['merged', other.kept.id, 6],
            ['updated', other.kept.id, 7],
          ],
        )
      },
    },
  ]),
  ...withJointWrites([
    {
      title: 'merges for a call without events as well, and says so once',
      async run({ scene }) {
        const { phone, user, both } = twoPeople(scene())
        const { account } = phone
        const kept = await phone.open()
        const lost = await user.open()
        const linked = await account.upsertConversation({ ...user.key, identities: both, nickname: 'Lan' })
        holds(linked, { outcome: 'merged' })
        assert.equal(typeof linked.mergeId, 'string')
        holds(linked.conversation, { id: kept.id, nickname: 'Lan', version: 1 })
        holds(await account.upsertConversation({ ...user.key, identities: both, nickname: 'Lan' }), { outcome: 'unchanged' })
        holds(await account.updateNickname({ conversationId: lost.id, nickname: 'Mrs. Lan', expectedVersion: 1 }), { outcome: 'updated' })
        assert.deepEqual(column(await phone.rows.conversations(), 'nickname'), ['Mrs. Lan'])
      },
    },
    {
      title: 'closes the younger one as it is where the older one holds as many as it can',
      async run({ clock, store, scene }) {
        const { phone, user, both } = twoPeople(scene(store({ clock: clock.now })))
        const { account } = phone
        const kept = await phone.open()
        for (let times = 0; times < mergedParts; times++) {
          const other = phone.another()
          await other.open()
          await account.mergeConversations({ keep: phone.key, lose: other.key })
        }
        const lost = await user.open()
        const now = clock.advance(1_000)
        const linked = await account.upsertConversation({ ...user.key, identities: both })
        holds(linked, { outcome: 'updated' })
        holds(linked.conversation, { id: kept.id, version: mergedParts + 1, status: 'open' })
        holds(await account.findConversation({ conversationId: lost.id }), {
          status: 'closed',
          closedAt: now,
          statusChangedAt: now,
          customerId: phone.customerId,
          version: 1,
        })
        assert.equal((await phone.rows.conversations()).length, 2)
      },
    },
  ]),
]
