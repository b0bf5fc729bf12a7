import assert from 'node:assert/strict'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { at, replied, said } from '../../events.js'
import { column, holds, only, present, racing, rejects } from '../../expectations.js'
import { copiedThreads } from './copied-threads.js'
import { kinds, linkedThreads } from './linked-threads.js'

/** Merges that make the two customers one person. */
export const linkingCases: CaseList = [
  ...withEvents([
    {
      title: 'makes the customers one person when it is told to: each id finds the kept conversation, whose customer stays',
      async run({ clock, store, scene }) {
        const here = scene(store({ clock: clock.now }))
        const { account, rows } = here
        const { other, kept, lost, closedId, merge } = await linkedThreads(here, clock)
        const ids = [kinds(here, 'phone'), kinds(other, 'user_id')]
        const { outcome, conversation } = await merge()
        assert.equal(outcome, 'merged')
        holds(conversation, { id: kept.id, version: kept.version + 1, customerId: here.customerId, contactId: kept.contactId })
        holds(conversation, { recipientId: here.customerId, unreadCount: 3, lastInboundAt: at(4), lastMessagePreview: 'text of n2' })
        assert.deepEqual(
          conversation.identities,
          ids.map((identity) => ({ ...identity, formerSince: null })),
        )
        for (const { key } of [here, other]) assert.deepEqual(await account.findByOaAndCustomer(key), conversation)
        holds(await account.findConversation({ conversationId: lost.id }), { id: kept.id, redirectedFrom: lost.id })
        holds(await account.findConversation({ conversationId: closedId }), {
          version: 2,
          customerId: here.customerId,
          contactId: kept.contactId,
          status: 'closed',
        })
        holds(await account.findContact({ contactId: lost.contactId }), { id: kept.contactId, redirectedFrom: lost.contactId })
        assert.equal(await account.countConversations({ oaId: here.oaId, customerId: other.customerId }), 2)

        const next = await other.write(said('n3', { occurredAt: at(9) }))
        holds(next, { outcome: 'updated' })
        holds(next.conversation, { id: kept.id, unreadCount: 4 })
        assert.equal((await other.write(said('m1', { occurredAt: at(1) }))).outcome, 'duplicate')
        assert.equal((await here.write(said('o1', { occurredAt: at(0) }))).outcome, 'duplicate')
        assert.deepEqual(await account.linkCustomerIds({ oaId: here.oaId, identities: ids }), {
          outcome: 'unchanged',
          identities: conversation.identities,
          conflicts: [],
        })
        assert.deepEqual(column(await rows.conversations(), 'status'), ['closed', 'open'])
      },
    },
    {
      title: 'applies what each of the two who become one knew of the other’s messages',
      async run({ scene }) {
        const here = scene()
        const other = here.another()
        const { account, key } = here
        await here.write(said('m1', { occurredAt: at(1) }), replied('m2', { occurredAt: at(2) }))
        await other.write(
          said('n1', { occurredAt: at(1) }),
          { type: 'receipt', status: 'read', watermark: at(5), occurredAt: at(5) },
          { type: 'message_edit', targetMessageId: 'm1', text: 'better', occurredAt: at(6) },
        )
        const { conversation, mergeId } = await account.mergeConversations({ keep: key, lose: other.key, link: true })
        holds(await account.findMessage({ ...other.key, messageId: 'm2' }), { status: 'read', readAt: at(5) })
        holds(await account.findMessage({ ...key, messageId: 'm1' }), { text: 'better' })
        await here.write(replied('m3', { occurredAt: at(4) }))
        holds(await account.findMessage({ ...key, messageId: 'm3' }), { status: 'read', conversationId: conversation.id })
        await account.unmergeConversations({ mergeId })
        await here.write(replied('m4', { occurredAt: at(4) }))
        holds(await account.findMessage({ ...key, messageId: 'm4' }), { status: 'sent' })
        holds(await account.findMessage({ ...key, messageId: 'm1' }), { text: 'better' })
        await other.write(replied('n2', { occurredAt: at(4) }))
        holds(await account.findMessage({ ...other.key, messageId: 'n2' }), { status: 'read' })
      },
    },
    {
      title: 'hides copies where it links, and leaves them apart when more ids are linked',
      async run({ scene }) {
        const here = scene()
        const { account, key, oaId } = here
        const { other, keptId, lostId, seen } = await copiedThreads(here)
        await account.markRead({ conversationId: lostId, seq: 2 })
        const { conversation } = await account.mergeConversations({ keep: key, lose: other.key, link: true })
        holds(conversation, { id: keptId, unreadCount: 3, lastSeq: 6 })
        const ids = ['m1', 'x', 'n1', 'm2', 'n2']
        assert.deepEqual(await seen(keptId), ids)
        for (const each of [key, other.key])
          holds(await account.findMessage({ ...each, messageId: 'x' }), { conversationId: keptId, seq: 5 })
        await other.write({ type: 'message_edit', targetMessageId: 'x', text: 'better', occurredAt: at(9) })
        holds(await account.findMessage({ ...key, messageId: 'x' }), { text: 'better', seq: 5 })

        const third = here.another()
        await third.write(said('x', { occurredAt: at(2) }), said('o1', { occurredAt: at(8) }))
        const identities = [kinds(here, 'phone'), kinds(third, 'lid')]
        holds(await account.linkCustomerIds({ oaId, identities }), { outcome: 'linked' })
        holds(await account.findByOaAndCustomer(key), { id: keptId, unreadCount: 4 })
        assert.deepEqual(await seen(keptId), [...ids, 'o1'])
        assert.equal((await here.rows.messages()).filter(({ message_id: id }) => id === 'x').length, 2)
      },
    },
    {
      title: 'links what was one person’s already as any merge would',
      async run({ scene }) {
        const here = scene()
        const { account, key } = here
        const first = present((await here.write(said('m1', { occurredAt: at(1) }))).conversation)
        await account.closeConversation(key)
        const second = present((await here.write(said('m2', { occurredAt: at(2) }))).conversation)
        assert.notEqual(first.id, second.id)
        const before = await here.rows.contactInboxes()
        const lose = { conversationId: first.id }
        const { mergeId, conversation } = await account.mergeConversations({ keep: key, lose, link: true })
        holds(conversation, { id: second.id, unreadCount: 2, identities: second.identities })
        assert.deepEqual(await here.rows.contactInboxes(), before)
        holds(await account.mergeConversations({ keep: key, lose, link: true }), { outcome: 'unchanged', mergeId })
        const undone = await account.unmergeConversations({ mergeId })
        assert.equal('messagesSince' in undone, false)
        assert.deepEqual(await here.rows.contactInboxes(), before)
      },
    },
  ]),
  ...withJointWrites([
    {
      title: 'links nothing, and merges nothing, where the ids can’t be one person’s',
      async run({ scene, unique }) {
        const here = scene()
        const { account, key } = here
        const other = here.another()
        await account.upsertConversation({ ...key, identities: [kinds(here, 'phone')] })
        await account.upsertConversation({ ...other.key, identities: [kinds(other, 'phone')] })
        const elsewhere = { oaId: unique('oa'), customerId: other.customerId }
        await account.upsertConversation(elsewhere)
        const state = async () => [await here.rows.conversations(), await here.rows.contactInboxes()].map(sorted)
        const before = await state()
        const refused = await rejects(account.mergeConversations({ keep: key, lose: other.key, link: true }), 'MERGE_REFUSED')
        assert.deepEqual(refused.details, { reason: 'ids in conflict', mergeId: null, kind: 'phone' })
        const far = await rejects(account.mergeConversations({ keep: key, lose: elsewhere, link: true }), 'MERGE_REFUSED')
        assert.deepEqual(far.details, { reason: 'other inbox', mergeId: null })
        assert.deepEqual(await state(), before)
      },
    },
    {
      title: 'does not say of a merge that linked nobody that it did',
      async run({ scene }) {
        const { account, key, another, open } = scene()
        const other = another()
        const kept = await open()
        const lose = { conversationId: (await other.open()).id }
        const { mergeId } = await account.mergeConversations({ keep: key, lose })
        const refused = await rejects(account.mergeConversations({ keep: key, lose, link: true }), 'MERGE_REFUSED')
        assert.deepEqual(refused.details, { reason: 'merged without link', mergeId })
        holds(await account.mergeConversations({ keep: key, lose, link: false }), { outcome: 'unchanged', mergeId })
        assert.equal(await account.findByOaAndCustomer(other.key), null)
        await account.unmergeConversations({ mergeId })
        const linked = await account.mergeConversations({ keep: key, lose, link: true })
        holds(linked, { outcome: 'merged' })
        holds(await account.findByOaAndCustomer(other.key), { id: kept.id })
        holds(await account.mergeConversations({ keep: key, lose, link: true }), { outcome: 'unchanged', mergeId: linked.mergeId })
      },
    },
    {
      title: 'makes nobody one person who would have two active conversations',
      async run({ scene }) {
        const { account, key, another, open, rows } = scene()
        const other = another()
        const kept = await open()
        const closed = await other.open()
        await account.closeConversation(other.key)
        const active = await other.open()
        const lose = { conversationId: closed.id }
        const refuse = () =>
          rejects(account.mergeConversations({ keep: { conversationId: kept.id }, lose, link: true }), 'ACTIVE_CONVERSATION_EXISTS', {
            conversationId: active.id,
          })
        await refuse()
        await account.closeConversation(key)
        await open()
        await refuse()
        assert.equal((await rows.conversations()).length, 4)
        await account.closeConversation(key)
        const { conversation } = await account.mergeConversations({ keep: { conversationId: kept.id }, lose, link: true })
        holds(conversation, { id: kept.id, status: 'closed' })
        holds(await account.findByOaAndCustomer(key), { id: active.id, customerId: key.customerId, version: 1 })
      },
    },
    {
      title: 'is linked once by 8 callers, who all get the kept conversation',
      async run({ scene }) {
        const { account, key, another, open, rows } = scene()
        const other = another()
        const kept = await open()
        const lost = await other.open()
        const lose = { conversationId: lost.id }
        const results = await racing(8, () => account.mergeConversations({ keep: key, lose, link: true }))
        assert.equal(results.filter(({ outcome }) => outcome === 'merged').length, 1)
        assert.equal(new Set(results.map(({ mergeId }) => mergeId)).size, 1)
        for (const { conversation } of results) holds(conversation, { id: kept.id, version: 1 })
        holds(only(await rows.conversations()), { id: kept.id, version: 1, customer_id: key.customerId })
      },
    },
  ]),
]

function sorted<Row>(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
