import assert from 'node:assert/strict'
import { type CaseList, withEvents, withJointWrites } from '../contract-case.js'
import { at, replied, said } from '../events.js'
import { holds, present, rejects } from '../expectations.js'
import type { Scene } from '../scene.js'
import { kinds, linkedThreads } from './merge-conversations/linked-threads.js'

/** How a merge is undone that made the two customers one person. */
export const linkedUndoingCases: CaseList = [
  ...withEvents([
    {
      title: 'parts the customers whom the merge has linked: each has its ids, contact and conversations again',
      async run({ clock, store, scene }) {
        const here = scene(store({ clock: clock.now }))
        const { account, key } = here
        const { other, kept, lost, closedId, merge } = await linkedThreads(here, clock)
        await account.updateContact({ ...other.key, name: 'Lan' })
        const before = await people(here)
        const [contact, theirs] = [await account.findContact(key), await account.findContact(other.key)]
        const closed = present(await account.findConversation({ conversationId: closedId }))
        const { mergeId } = await merge()
        holds(await account.findContact(key), { id: kept.contactId, name: 'Lan' })
        const now = clock.advance(1_000)
        const undone = await account.unmergeConversations({ mergeId })
        assert.deepEqual(undone, {
          outcome: 'unmerged',
          kept: { ...kept, version: kept.version + 2, updatedAt: now, lastSeq: 4 },
          restored: { ...lost, version: lost.version + 1, updatedAt: now },
          messagesSince: 0,
        })
        assert.deepEqual(await people(here), before)
        assert.deepEqual(await account.findByOaAndCustomer(key), undone.kept)
        assert.deepEqual(await account.findByOaAndCustomer(other.key), undone.restored)
        assert.deepEqual(await account.findConversation({ conversationId: closedId }), { ...closed, version: 3, updatedAt: now })
        assert.deepEqual(await account.findContact(key), { ...present(contact), updatedAt: now })
        assert.deepEqual(await account.findContact(other.key), { ...present(theirs), updatedAt: now })
        const listed = async (conversationId: string) =>
          (await account.listMessages({ conversationId })).items.map(({ messageId }) => messageId)
        assert.deepEqual(
          [await listed(kept.id), await listed(lost.id)],
          [
            ['m1', 'm2'],
            ['n1', 'n2'],
          ],
        )
        assert.deepEqual(await account.unmergeConversations({ mergeId }), { ...undone, outcome: 'unchanged' })
        holds((await other.write(said('n3', { occurredAt: at(9) }))).conversation, { id: lost.id, unreadCount: 3 })
        holds((await here.write(said('m3', { occurredAt: at(9) }))).conversation, { id: kept.id, unreadCount: 2 })
        const again = await merge()
        assert.notEqual(again.mergeId, mergeId)
        holds(again.conversation, { id: kept.id, unreadCount: 5 })
        holds(await account.findByOaAndCustomer(other.key), { id: kept.id })
      },
    },
    {
      title: 'leaves what came since under the lost ids with the kept one, counts it, and knows it when it comes again',
      async run({ clock, store, scene }) {
        const here = scene(store({ clock: clock.now }))
        const { account } = here
        const { other, kept, lost, merge } = await linkedThreads(here, clock)
        const { mergeId } = await merge()
        await here.write(said('m3', { occurredAt: at(9) }))
        await other.write(said('n3', { occurredAt: at(10) }), replied('n4', { occurredAt: at(11) }))
        const undone = await account.unmergeConversations({ mergeId })
        holds(undone, { outcome: 'unmerged', messagesSince: 2 })
        holds(undone.kept, { id: kept.id, unreadCount: 3, lastMessagePreview: 'text of n4' })
        holds(undone.restored, { id: lost.id, unreadCount: 2, lastMessagePreview: 'text of n2' })
        holds(await account.unmergeConversations({ mergeId }), { outcome: 'unchanged', messagesSince: 2 })
        const again = await other.write(said('n3', { occurredAt: at(10) }))
        holds(again, { outcome: 'duplicate' })
        await other.write({ type: 'receipt', messageIds: ['n4'], status: 'read', occurredAt: at(12) })
        const { items } = await account.listMessages({ conversationId: kept.id })
        assert.deepEqual(items.map(({ messageId, status }) => [messageId, status]).slice(-2), [
          ['n3', null],
          ['n4', 'read'],
        ])
        holds((await other.write(said('n5', { occurredAt: at(13) }))).conversation, { id: lost.id, unreadCount: 3 })
      },
    },
    {
      title: 'keeps with each id what was found out of it since',
      async run({ scene }) {
        const here = scene()
        const { account, key } = here
        const other = here.another()
        await here.open()
        await other.open()
        const { mergeId } = await account.mergeConversations({ keep: key, lose: other.key, link: true })
        const identities = [kinds(here, 'phone'), kinds(other, 'user_id')]
        holds(await account.linkCustomerIds({ oaId: here.oaId, identities }), { outcome: 'linked' })
        const { kept, restored } = await account.unmergeConversations({ mergeId })
        const alone = ({ identities: [one, two] }: typeof kept) => [one?.id, one?.kind, two]
        assert.deepEqual(alone(kept), [here.customerId, 'phone', undefined])
        assert.deepEqual(alone(restored), [other.customerId, 'user_id', undefined])
        holds(restored, { recipientId: other.customerId, customerId: other.customerId, status: 'open' })
      },
    },
    {
      title: 'parts nobody to whom another id has come since, or who became one with another',
      async run({ clock, store, scene }) {
        const first = scene(store({ clock: clock.now }))
        for (const isKnown of [false, true]) {
          const here = first.another()
          const { account, oaId } = here
          const { other, kept, merge } = await linkedThreads(here, clock)
          const third = here.another()
          if (isKnown) await third.write(said('p1', { occurredAt: at(9) }))
          const { mergeId } = await merge()
          await account.linkCustomerIds({ oaId, identities: [kinds(other, 'user_id'), kinds(third, 'lid')] })
          const later = await account.findByOaAndCustomer(here.key)
          if (isKnown) {
            const lose = { conversationId: present((await account.findMessage({ ...third.key, messageId: 'p1' }))?.conversationId) }
            assert.deepEqual(lose, { conversationId: kept.id })
          }
          const before = [await people(here), await here.rows.conversations()].map(sorted)
          const refused = await rejects(account.unmergeConversations({ mergeId }), 'MERGE_REFUSED')
          assert.equal(refused.details.reason, isKnown ? 'not the last' : 'linked since')
          assert.deepEqual([await people(here), await here.rows.conversations()].map(sorted), before)
          assert.deepEqual(await account.findByOaAndCustomer(here.key), later)
          if (refused.details.mergeId === null) continue
          await account.unmergeConversations({ mergeId: refused.details.mergeId })
          await rejects(account.unmergeConversations({ mergeId }), 'MERGE_REFUSED', { reason: 'linked since', mergeId: null })
        }
      },
    },
  ]),
  ...withJointWrites([
    {
      title: 'parts nobody whose contact or whose other conversation was merged again since, until that is undone',
      async run({ scene }) {
        const { account, key, another, open, rows } = scene()
        const [other, third] = [another(), another()]
        const closed = await other.open()
        await account.closeConversation(other.key)
        for (const each of [open, other.open, third.open]) await each()
        const { mergeId } = await account.mergeConversations({ keep: key, lose: other.key, link: true })
        const contacts = await account.mergeContacts({ keep: key, lose: third.key })
        const moved = await account.mergeConversations({ keep: third.key, lose: { conversationId: closed.id } })
        const refused = await rejects(account.unmergeConversations({ mergeId }), 'MERGE_REFUSED')
        assert.deepEqual(refused.details, { reason: 'not the last', mergeId: moved.mergeId })
        await account.unmergeConversations({ mergeId: moved.mergeId })
        const again = await rejects(account.unmergeConversations({ mergeId }), 'MERGE_REFUSED')
        assert.deepEqual(again.details, { reason: 'contacts merged since', mergeId: contacts.mergeId })
        assert.equal((await rows.conversations()).length, 3)
        await account.unmergeContacts({ mergeId: contacts.mergeId })
        const { restored } = await account.unmergeConversations({ mergeId })
        holds(restored, { customerId: other.customerId, status: 'open' })
        holds(await account.findConversation({ conversationId: closed.id }), { customerId: other.customerId, contactId: closed.contactId })
      },
    },
    {
      title: 'makes none of the lost customer’s conversations active beside another',
      async run({ scene }) {
        const { account, key, another, open } = scene()
        const other = another()
        const closed = await other.open()
        await account.closeConversation(other.key)
        const kept = await open()
        const lost = await other.open()
        const { mergeId } = await account.mergeConversations({ keep: key, lose: other.key, link: true })
        await account.closeConversation(key)
        await account.reopenConversation({ conversationId: closed.id })
        await rejects(account.unmergeConversations({ mergeId }), 'ACTIVE_CONVERSATION_EXISTS', { conversationId: closed.id })
        holds(await account.findByOaAndCustomer(other.key), { id: closed.id, customerId: key.customerId })
        await account.closeConversation(key)
        const undone = await account.unmergeConversations({ mergeId })
        holds(undone.restored, { id: lost.id, status: 'open', customerId: other.customerId })
        holds(undone.kept, { id: kept.id, status: 'closed' })
        assert.equal(await account.findByOaAndCustomer(key), null)
      },
    },
  ]),
]

/** What is stored of the customers and of their contacts, without when a contact was written last. */
async function people({ rows }: Scene): Promise<readonly unknown[]> {
  const contacts = (await rows.contacts()).map(({ id, name, merged_into: mergedInto }) => [id, name, mergedInto ?? null])
  return sorted<unknown>([...(await rows.contactInboxes()), ...contacts])
}

function sorted<Row>(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
