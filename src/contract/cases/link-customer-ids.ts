import assert from 'node:assert/strict'
import type { EventInput } from '../../model/event-inputs.js'
import type { CustomerIdentity } from '../../model/identities.js'
import { type CaseList, withEvents, withJointWrites } from '../contract-case.js'
import { at, replied, said, sending } from '../events.js'
import { column, holds, only, present, rejects } from '../expectations.js'
import { twoPeople } from '../two-people.js'

const idsOf = (identities: readonly { readonly id: string }[]) => identities.map(({ id }) => id)

export const linkCustomerIdsCases: CaseList = [
  ...withJointWrites([
    {
      title: 'makes two ids one person’s: each finds the conversation, also before and after anything was said',
      async run({ scene }) {
        const { phone, user, both } = twoPeople(scene())
        const { account, oaId } = phone
        const linked = await account.linkCustomerIds({ oaId, identities: both })
        assert.equal(linked.outcome, 'linked')
        assert.deepEqual(linked.conflicts, [])
        assert.deepEqual(
          linked.identities,
          both.map((each) => ({ ...each, formerSince: null })),
        )
        const again = await account.linkCustomerIds({ oaId, identities: both })
        holds(again, { outcome: 'unchanged', identities: linked.identities })
        const { conversation } = await account.upsertConversation(user.key)
        holds(conversation, { customerId: phone.customerId, recipientId: phone.customerId, identities: linked.identities })
        assert.equal((await account.findByOaAndCustomer(phone.key))?.id, conversation.id)
        const heads = (await phone.rows.contactInboxes()).filter((row) => row.canonical_id === null)
        holds(only(heads), { customer_id: phone.customerId })
      },
    },
    {
      title: 'keeps the older person’s conversation, merges the younger one into it, and takes over those that are closed',
      async run({ clock, store, scene }) {
        const { phone, user, both, link } = twoPeople(scene(store({ clock: clock.now })))
        const { account } = phone
        const younger = await account.upsertConversation({ ...phone.key, nickname: 'younger' }).then(async (first) => {
          clock.advance(1_000)
          return (await account.upsertConversation({ ...user.key, nickname: 'second' })).conversation.id === first.conversation.id
        })
        assert.equal(younger, false)
        await account.closeConversation(user.key)
        const before = present(await account.findByOaAndCustomer({ ...user.key, status: 'any' }))
        const merged = (await account.upsertConversation({ ...user.key, nickname: 'third', onClosed: 'new' })).conversation
        const now = clock.advance(1_000)
        await link()
        const kept = present(await account.findByOaAndCustomer(user.key))
        holds(kept, { nickname: 'younger', customerId: phone.customerId, version: 1, status: 'open' })
        const closed = present(await account.findConversation({ conversationId: before.id }))
        holds(closed, { status: 'closed', closedAt: before.closedAt, nickname: 'second', version: before.version + 1, updatedAt: now })
        holds(closed, { customerId: phone.customerId, contactId: kept.contactId, recipientId: phone.customerId })
        assert.deepEqual(idsOf(closed.identities), idsOf(both))
        assert.equal(await account.countConversations({ oaId: phone.oaId, customerId: user.customerId }), 2)
        assert.deepEqual(await account.findConversation({ conversationId: merged.id }), { ...kept, redirectedFrom: merged.id })
        await rejects(account.reopenConversation({ conversationId: closed.id }), 'ACTIVE_CONVERSATION_EXISTS', { conversationId: kept.id })
      },
    },
    {
      title: 'makes one contact of two: the older stays, the other’s id leads to it, and what a person typed is kept',
      async run({ clock, store, scene }) {
        const { phone, user, link } = twoPeople(scene(store({ clock: clock.now })))
        const { account } = phone
        const { contactId: older } = (await account.upsertConversation({ ...phone.key, customerName: 'lan_1998' })).conversation
        clock.advance(1_000)
        const { contactId: younger } = (await account.upsertConversation(user.key)).conversation
        await account.updateContact({ contactId: younger, name: 'Mrs. Lan', metadata: { vip: true, size: 1 } })
        await account.updateContact({ contactId: older, metadata: { size: 2 } })
        clock.advance(1_000)
        await link()
        const contact = present(await account.findContact({ contactId: older }))
        holds(contact, { id: older, name: 'Mrs. Lan', nameSource: 'person', metadata: { vip: true, size: 2 } })
        assert.deepEqual(await account.findContact({ contactId: younger }), { ...contact, redirectedFrom: younger })
        assert.deepEqual(await account.findContact(user.key), contact)
        assert.equal((await account.updateContact({ contactId: younger, name: 'Lan' })).id, older)
        for (const contactId of [older, younger]) assert.equal(await account.countConversations({ contactId }), 1)
        assert.deepEqual(new Set(column(await phone.rows.conversations(), 'contact_id')), new Set([older]))
      },
    },
    {
      title: 'links nothing where a person would get a second id of a kind, and tells which',
      async run({ scene }) {
        const { phone, user, link } = twoPeople(scene())
        const { account, oaId } = phone
        await link()
        const other = scene().another()
        const second = [
          { id: other.customerId, kind: 'phone' },
          { id: user.customerId, kind: 'user_id' },
        ]
        const refused = await account.linkCustomerIds({ oaId, identities: second })
        holds(refused, { outcome: 'conflict', conflicts: [{ id: other.customerId, kind: 'phone' }] })
        assert.deepEqual(idsOf(refused.identities), [phone.customerId, user.customerId])
        assert.equal(await account.findByOaAndCustomer({ oaId, customerId: other.customerId, status: 'any' }), null)
        const lid = { id: 'lid of Lan', kind: 'lid' }
        const third = await account.linkCustomerIds({ oaId, identities: [{ id: phone.customerId, kind: 'phone' }, lid] })
        assert.deepEqual(idsOf(third.identities), [phone.customerId, user.customerId, lid.id])
      },
    },
    {
      title: 'links no other account’s ids, and no other inbox’s',
      async run({ scene }) {
        const { phone, user, link } = twoPeople(scene())
        const theirs = phone.foreign()
        await theirs.open()
        await theirs.account.upsertConversation(user.key)
        await link()
        assert.equal((await theirs.rows.conversations()).length, 2)
        assert.deepEqual(column(await theirs.rows.contactInboxes(), 'canonical_id'), [null, null])
        const elsewhere = { oaId: `${phone.oaId} 2`, customerId: user.customerId }
        const { conversation } = await phone.account.upsertConversation(elsewhere)
        holds(conversation, { customerId: user.customerId, recipientId: user.customerId })
      },
    },
    {
      title: 'leaves one active conversation when both ids open one while they are linked',
      async run({ scene }) {
        const first = scene()
        for (let n = 0; n < 10; n++) {
          const { phone, user, link } = twoPeople(first.another())
          await Promise.all([phone.open, user.open, link, link, phone.open, user.open].map((call) => call()))
          await link()
          const active = await phone.account.listConversations({ oaId: phone.oaId, customerId: user.customerId, status: 'active' })
          assert.equal(active.items.length, 1)
        }
      },
    },
  ]),
  ...withEvents([
    {
      title: 'applies what each person had of the other’s messages',
      async run({ scene }) {
        const { phone, user, link } = twoPeople(scene())
        const deletion: EventInput = { type: 'message_delete', targetMessageId: 'p1', occurredAt: at(5) }
        await phone.write(said('p1'), replied('r1', { occurredAt: at(1) }), sending('l1', { occurredAt: at(1) }))
        await user.write(said('u1'), deletion, { type: 'message_sent', localId: 'l1', messageId: 'w1', occurredAt: at(2) })
        await user.write({ type: 'receipt', status: 'read', watermark: at(3), occurredAt: at(4) })
        await user.write({ type: 'receipt', status: 'delivered', messageIds: ['w1'], occurredAt: at(3) })
        await link()
        const { account, key } = phone
        holds(present(await account.findMessage({ ...key, messageId: 'p1' })), { text: '', deletedAt: at(5) })
        holds(present(await account.findMessage({ ...key, messageId: 'r1' })), { status: 'read', readAt: at(4) })
        holds(present(await account.findMessage({ ...key, messageId: 'w1' })), { localId: 'l1', deliveredAt: at(3), readAt: at(4) })
        assert.deepEqual(
          (await phone.rows.events()).filter((row) => row.conversation_id === null),
          [],
        )
      },
    },
    {
      title: 'leaves a closed conversation as it was where what waited for it takes back what it did',
      async run({ clock, store, scene }) {
        const { phone, user, link } = twoPeople(scene(store({ clock: clock.now })))
        const { account, key } = phone
        const edit = (text: string, editNumber: number): EventInput => ({ type: 'message_edit', targetMessageId: 'p1', text, editNumber })
        await phone.write(said('p1', { text: 'first' }))
        const { conversation } = await account.closeConversation(key)
        clock.advance(1_000)
        await user.write(edit('second', 1), edit('first', 2))
        clock.advance(1_000)
        await link()
        const { identities: _before, ...before } = conversation
        const { identities: _, ...after } = present(await account.findConversation({ conversationId: conversation.id }))
        assert.deepEqual(after, before)
        assert.notEqual(present(await account.findMessage({ ...key, messageId: 'p1' })).editedAt, null)
      },
    },
    {
      title: 'leaves an id with the message that has it where a copy brings it for another message',
      async run({ scene }) {
        const { phone, user, link } = twoPeople(scene())
        const { account, key } = phone
        await phone.write(replied('r1'), sending('l1', { text: 'another', occurredAt: at(1) }))
        await user.write(sending('l1'), { type: 'message_sent', localId: 'l1', messageId: 'r1', occurredAt: at(2) })
        await link()
        holds(present(await account.findMessage({ ...key, messageId: 'r1' })), { text: 'text of r1', localId: null })
        holds(present(await account.findMessage({ ...user.key, localId: 'l1' })), { text: 'another', messageId: null })
        assert.equal((await phone.rows.messages()).length, 2)
      },
    },
    {
      title: 'makes one message of two that came under both ids, with what happened to either',
      async run({ scene }) {
        const { phone, user, link } = twoPeople(scene())
        const { account, key } = phone
        await phone.write(said('m1'), said('m2', { occurredAt: at(1) }))
        await user.write(said('m1'), said('m3', { occurredAt: at(2) }))
        await user.write({ type: 'message_edit', targetMessageId: 'm1', text: 'better', occurredAt: at(3) })
        await user.write({ type: 'reaction', targetMessageId: 'm1', emoji: '❤', occurredAt: at(4) })
        await link()
        const message = present(await account.findMessage({ ...user.key, messageId: 'm1' }))
        holds(message, { text: 'better', seq: 1 })
        assert.equal(message.reactions.length, 1)
        assert.equal((await phone.rows.messages()).length, 3)
        assert.equal(present(await account.findByOaAndCustomer(key)).unreadCount, 3)
        holds(only(await phone.rows.conversations()), { unread_count: 3, last_seq: 4 })
        holds(await user.write(said('m1')), { outcome: 'duplicate' })
      },
    },
    {
      title: 'makes one of a reply that was stored under both ids, and leaves two that were both sent',
      async run({ scene }) {
        const { phone, user, link } = twoPeople(scene())
        const sent = (localId: string, messageId: string): EventInput => ({ type: 'message_sent', localId, messageId, occurredAt: at(2) })
        await phone.write(sending('l1'), sending('l2'), sent('l2', 'w2'))
        await user.write(sending('l1'), sending('l2'), sent('l1', 'w1'), sent('l2', 'w3'))
        await user.write({ type: 'receipt', status: 'delivered', messageIds: ['w1'], occurredAt: at(3) })
        await link()
        const messages = (await phone.rows.messages()).map((row) => [row.message_id, row.local_id, row.status])
        assert.deepEqual(messages.sort(), [
          ['w1', 'l1', 'delivered'],
          ['w2', 'l2', 'sent'],
          ['w3', 'l2', 'sent'],
        ])
      },
    },
    {
      title: 'makes one of two replies that the channel gave one id, and knows the host’s other id again',
      async run({ scene }) {
        const { phone, user, link } = twoPeople(scene())
        const sent = (localId: string): EventInput => ({ type: 'message_sent', localId, messageId: 'w1', occurredAt: at(2) })
        await phone.write(sending('l1'), sent('l1'))
        await user.write(sending('l2'), sent('l2'))
        await link()
        holds(only(await phone.rows.messages()), { message_id: 'w1', local_id: 'l1' })
        for (const id of [phone, user]) holds(await id.write(sending('l2')), { outcome: 'duplicate' })
        assert.equal((await phone.rows.messages()).length, 1)
      },
    },
  ]),
  {
    title: 'refuses one id alone, an id that is named twice, and a kind that is none',
    async run({ scene }) {
      const { phone, both } = twoPeople(scene())
      const { account, oaId } = phone
      const [first, second] = both as readonly [CustomerIdentity, CustomerIdentity]
      for (const identities of [[], [first], [first, { ...first, kind: 'lid' }], [first, { ...second, kind: '' }]]) {
        await rejects(account.linkCustomerIds({ oaId, identities }), 'VALIDATION_FAILED')
      }
      const many = Array.from({ length: 9 }, (_, index) => ({ id: `id ${index}`, kind: `kind ${index}` }))
      await rejects(account.linkCustomerIds({ oaId, identities: many }), 'PAYLOAD_TOO_LARGE')
      assert.deepEqual(await phone.rows.contactInboxes(), [])
    },
  },
]
