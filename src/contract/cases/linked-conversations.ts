import assert from 'node:assert/strict'
import type { CustomerIdentity } from '../../model/identities.js'
import { mergedParts } from '../../model/limits.js'
import { type CaseList, withEvents, withJointWrites } from '../contract-case.js'
import { losingReplies, retry } from '../errors/losing-replies.js'
import { at, replied, said } from '../events.js'
import { column, holds, only, present, racing, rejects } from '../expectations.js'
import type { Scene } from '../scene.js'
import { type TwoPeople, twoPeople } from '../two-people.js'

/** Both have an active conversation: the phone's is older, with unread messages, and the user's has read one. */
async function twoConversations(scene: Scene) {
  const people = twoPeople(scene)
  const { phone, user, both } = people
  const { account, oaId } = phone
  const kept = present((await phone.write(said('m1', { occurredAt: at(1) }), replied('m2', { occurredAt: at(3) }))).conversation)
  const lost = present(
    (await user.write(said('n1', { occurredAt: at(2) }), said('n2', { occurredAt: at(4) }), said('n3', { occurredAt: at(5) })))
      .conversation,
  )
  await account.markRead({ ...user.key, seq: 1 })
  return {
    ...people,
    kept,
    lost,
    /** A message of the person, whose body names both ids. */
    sayBoth: (id: string, more: object = {}) =>
      account.upsertConversationWithEvents({
        ...user.key,
        identities: both,
        events: [said(id, { occurredAt: at(9) })],
        ...more,
      }),
    mergeIdOf: async (conversationId = lost.id) =>
      (await account.mergeConversations({ keep: { conversationId: kept.id }, lose: { conversationId } })).mergeId,
    listed: async (conversationId: string) =>
      (await account.listMessages({ conversationId, limit: 100 })).items.map(({ messageId }) => messageId),
    oaId,
  }
}

/** Another id of the same person. */
async function third({ phone, both }: TwoPeople) {
  const lid = phone.another()
  const identities: readonly CustomerIdentity[] = [...both, { id: lid.customerId, kind: 'lid' }]
  return { lid, link: () => phone.account.linkCustomerIds({ oaId: phone.oaId, identities }) }
}

const linking = withEvents([
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
  {
    title: 'brings along what the younger one holds, and finds everything that is said of its messages',
    async run({ scene }) {
      const { phone, user, kept, lost, link, listed } = await twoConversations(scene())
      const { account } = phone
      const inner = user.another()
      const innermost = present((await inner.write(said('i1', { occurredAt: at(6) }))).conversation)
      await account.mergeConversations({ keep: user.key, lose: inner.key })
      await link()
      holds(await account.findByOaAndCustomer(phone.key), { id: kept.id, lastSeq: 6, unreadCount: 4 })
      assert.deepEqual(await listed(innermost.id), ['m1', 'n1', 'm2', 'n2', 'n3', 'i1'])
      holds(await account.findConversation({ conversationId: innermost.id }), { id: kept.id, redirectedFrom: innermost.id })
      const edited = await user.write({ type: 'message_edit', targetMessageId: 'n3', text: 'better', occurredAt: at(10) })
      holds(edited.conversation, { id: kept.id })
      holds(await account.findMessage({ ...phone.key, messageId: 'n3' }), { text: 'better', seq: 5, conversationId: kept.id })
      await inner.write({ type: 'message_delete', targetMessageId: 'i1', occurredAt: at(11) })
      holds(await account.findConversation({ conversationId: lost.id }), { id: kept.id, lastMessagePreview: null })
    },
  },
  {
    title: 'merges two chats of one person where message ids are unique within a chat only, and each keeps its own',
    async run({ scene }) {
      const { phone, user, link } = twoPeople(scene())
      const { account, oaId } = phone
      await account.connectInbox({ oaId, channel: 'telegram' })
      await phone.write(said('1', { text: 'hello', occurredAt: at(1) }))
      await user.write(said('1', { text: 'hi', occurredAt: at(2) }))
      await link()
      const { id, unreadCount } = present(await account.findByOaAndCustomer(user.key))
      assert.equal(unreadCount, 2)
      const { items } = await account.listMessages({ conversationId: id })
      assert.deepEqual(
        items.map(({ text }) => text),
        ['hello', 'hi'],
      )
      await user.write({ type: 'message_edit', targetMessageId: '1', text: 'hi there', occurredAt: at(3) })
      holds(await account.findMessage({ ...phone.key, messageId: '1' }), { text: 'hello' })
      holds(await account.findMessage({ ...user.key, messageId: '1' }), { text: 'hi there', conversationId: id })
    },
  },
  {
    title: 'loses and doubles no message while both ids write and bodies link them',
    async run({ scene }) {
      const first = scene()
      for (let round = 0; round < 3; round++) {
        const { phone, user, kept, sayBoth, listed } = await twoConversations(first.another())
        const results = await racing(18, (index) => {
          if (index % 3 === 0) return sayBoth(`p${index}`)
          return index % 3 === 1 ? phone.write(said(`m${index + 10}`)) : user.write(said(`n${index + 10}`))
        })
        assert.equal(results.filter(({ outcome }) => outcome === 'merged').length, 1)
        const conversation = present(await phone.account.findByOaAndCustomer(user.key))
        holds(conversation, { id: kept.id, lastSeq: 23, unreadCount: 21 })
        const own = new Set([phone.customerId, user.customerId])
        const active = (await phone.rows.conversations()).filter(({ customer_id }) => own.has(String(customer_id)))
        assert.equal(active.length, 1)
        const ids = await listed(kept.id)
        assert.equal(new Set(ids).size, 23)
        assert.equal(ids.length, 23)
      }
    },
  },
])

const without = withJointWrites([
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
])

/** Conversations of two people who turn out to be one. */
export const linkedConversationsCases: CaseList = [...linking, ...without]
