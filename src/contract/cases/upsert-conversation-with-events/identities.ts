import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import type { CustomerIdentity } from '../../../model/identities.js'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { holds, only, present, rejects, upTo } from '../../expectations.js'
import type { Scene } from '../../scene.js'

const kinds = ['phone', 'user_id', 'lid'] as const

/**
 * A person with a phone, a user id and a third id, who are three customers until a payload names two of them together.
 */
function person(scene: Scene) {
  const ids = [scene, scene.another(), scene.another()] as const
  const identities = ids.map(({ customerId }, index): CustomerIdentity => ({ id: customerId, kind: kinds[index] ?? 'lid' }))
  const [phone, user, lid] = ids
  /** Writes what came under one of the ids, with those of the kinds that the payload names as well. */
  const write = (from: Scene, named: readonly (typeof kinds)[number][], ...events: readonly EventInput[]) =>
    scene.account.upsertConversationWithEvents({
      ...from.key,
      identities: identities.filter(({ kind }) => named.some((each) => each === kind)),
      events,
    })
  return { phone, user, lid, identities, write }
}

export const identityCases = withEvents([
  {
    title: 'links the ids of a payload in the write that brings them, in every order of what names which',
    async run({ scene }) {
      const first = scene()
      const bodies = [['phone'], ['phone', 'user_id'], ['user_id'], ['user_id', 'lid'], ['lid']] as const
      for (const start of upTo(bodies.length)) {
        const { phone, user, lid, write } = person(first.foreign())
        const from = { phone, user_id: user, lid }
        const order = [...bodies.slice(start - 1), ...bodies.slice(0, start - 1)]
        for (const [index, named] of order.entries()) await write(from[named[0]], named, said(`m${index}`, { occurredAt: at(index) }))
        for (const { key } of [phone, user, lid]) {
          const conversation = present(await phone.account.findByOaAndCustomer(key))
          holds(conversation, { recipientId: phone.customerId })
          assert.deepEqual(
            conversation.identities.map(({ id }) => id).sort(),
            [phone, user, lid].map(({ customerId }) => customerId).sort(),
          )
          assert.equal((await phone.account.findMessage({ ...key, messageId: 'm4' }))?.text, 'text of m4')
        }
        const conversations = await phone.rows.conversations()
        assert.equal(conversations.filter(({ status }) => status !== 'closed').length, 1)
        assert.equal((await phone.rows.messages()).length, bodies.length)
        assert.equal(
          conversations.reduce((sum, row) => sum + Number(row.unread_count), 0),
          bodies.length,
        )
      }
    },
  },
  {
    title: 'takes what came under one id for a duplicate in the very payload that names both',
    async run({ scene }) {
      const { phone, user, write } = person(scene())
      await phone.write(said('m1'), replied('r1', { occurredAt: at(1) }))
      const again = await write(user, ['phone', 'user_id'], said('m1'), said('m2', { occurredAt: at(2) }))
      holds(again, { outcome: 'updated', duplicates: 1 })
      holds(again.conversation, { customerId: phone.customerId, lastSeq: 3, unreadCount: 2 })
      await user.write({ type: 'receipt', status: 'read', messageIds: ['r1'], occurredAt: at(3) })
      holds(present(await phone.account.findMessage({ ...user.key, messageId: 'r1' })), { status: 'read' })
    },
  },
  {
    title: 'takes a message for an echo whose ids a link brings together in the same payload',
    async run({ scene }) {
      const { phone, user, write } = person(scene())
      await phone.write(sending('l1'))
      await user.write({ type: 'message_sent', localId: 'l1', messageId: 'r1', occurredAt: at(2) })
      const echo = await write(user, ['phone', 'user_id'], replied('r1', { occurredAt: at(1) }))
      assert.deepEqual(echo.events, [{ outcome: 'duplicate' }])
      const row = only(await phone.rows.messages())
      holds(row, { message_id: 'r1', local_id: 'l1', status: 'sent' })
    },
  },
  {
    title: 'takes the customer of a conflict for the one who reacts',
    async run({ scene }) {
      const { phone, write } = person(scene())
      await write(phone, ['phone', 'user_id'], said('m1', { occurredAt: at(1) }))
      const stranger = phone.another()
      const identities = [
        { id: phone.customerId, kind: 'phone' },
        { id: stranger.customerId, kind: 'user_id' },
      ]
      const reaction: EventInput = { type: 'reaction', targetMessageId: 'z1', emoji: '👍', occurredAt: at(3) }
      const events = [said('z1', { occurredAt: at(2) }), reaction]
      await phone.account.upsertConversationWithEvents({ ...phone.key, identities, events })
      await stranger.write({ ...reaction, emoji: '❤', occurredAt: at(4) })
      const { reactions } = present(await phone.account.findMessage({ ...stranger.key, messageId: 'z1' }))
      assert.deepEqual(
        reactions.map(({ senderId, emoji }) => [senderId, emoji]),
        [['customer', '❤']],
      )
    },
  },
  {
    title: 'links nothing for a replay, nor when the write is refused',
    async run({ scene }) {
      const { phone, user, identities, write } = person(scene())
      await phone.write(said('m1'))
      holds(await write(phone, ['phone', 'user_id'], said('m1')), { outcome: 'duplicate' })
      assert.equal(await phone.account.findByOaAndCustomer({ ...user.key, status: 'any' }), null)
      const refused = phone.account.upsertConversationWithEvents({
        ...user.key,
        identities: identities.slice(0, 2),
        expectedVersion: 7,
        events: [said('m2')],
      })
      await rejects(refused, 'VERSION_CONFLICT')
      assert.equal((await phone.rows.contactInboxes()).length, 1)
    },
  },
  {
    title: 'finds the closed conversation by either id, and reopens it',
    async run({ scene }) {
      const { phone, user, write } = person(scene())
      const { conversation } = await write(phone, ['phone', 'user_id'], said('m1'))
      await phone.account.closeConversation(phone.key)
      const again = await phone.account.upsertConversationWithEvents({ ...user.key, onClosed: 'reopen', events: [said('m2')] })
      assert.equal(again.outcome, 'reopened')
      holds(again.conversation, { id: present(conversation).id, lastSeq: 2, recipientId: phone.customerId })
    },
  },
  {
    title: 'links nothing where a number comes with a stranger’s user id: the message is the stranger’s, and the number is not answered',
    async run({ scene }) {
      const { phone, user, write } = person(scene())
      await write(phone, ['phone', 'user_id'], said('m1', { occurredAt: at(1) }))
      const stranger = phone.another()
      const theirs = [
        { id: phone.customerId, kind: 'phone' },
        { id: stranger.customerId, kind: 'user_id' },
      ]
      const said2 = { ...phone.key, identities: theirs, events: [said('m2', { occurredAt: at(2) })] }
      const written = await phone.account.upsertConversationWithEvents(said2)
      assert.deepEqual(written.conflicts, [{ id: phone.customerId, kind: 'phone' }])
      holds(written.conversation, { customerId: stranger.customerId, recipientId: stranger.customerId, lastSeq: 1 })
      const person1 = present(await phone.account.findByOaAndCustomer(user.key))
      holds(person1, { recipientId: user.customerId, lastSeq: 1, unreadCount: 1 })
      assert.equal(await phone.account.findMessage({ ...phone.key, messageId: 'm2' }), null)

      const before = person1.version
      await write(phone, ['phone', 'user_id'], said('m0', { occurredAt: at(0) }))
      holds(present(await phone.account.findByOaAndCustomer(user.key)), { recipientId: user.customerId })
      await write(phone, ['phone', 'user_id'], said('m3', { occurredAt: at(3) }))
      holds(present(await phone.account.findByOaAndCustomer(user.key)), { recipientId: phone.customerId, version: before + 2 })
    },
  },
  {
    title: 'lets a receipt add an id, and never settle a dispute',
    async run({ scene }) {
      const { phone, user, lid, write } = person(scene())
      const receipt: EventInput = { type: 'receipt', status: 'read', messageIds: ['r1'], occurredAt: at(5) }
      await phone.write(replied('r1', { occurredAt: at(1) }))
      const read = await write(user, ['phone', 'user_id'], receipt)
      assert.deepEqual(read.events, [{ outcome: 'applied' }])
      holds(present(await phone.account.findByOaAndCustomer(user.key)), { recipientId: phone.customerId })
      const stranger = {
        ...lid.key,
        identities: [
          { id: lid.customerId, kind: 'user_id' },
          { id: phone.customerId, kind: 'phone' },
        ],
      }
      await phone.account.upsertConversationWithEvents({ ...stranger, events: [said('m2', { occurredAt: at(2) })] })
      await write(user, ['phone', 'user_id'], { ...receipt, status: 'delivered', occurredAt: at(6) } as EventInput)
      holds(present(await phone.account.findByOaAndCustomer(user.key)), { recipientId: user.customerId })
    },
  },
  {
    title: 'goes item by item in a bulk, so that an item’s ids are linked for those after it and not before',
    async run({ scene }) {
      const { phone, user, identities } = person(scene())
      const results = await phone.account.bulkUpsertConversationsWithEvents({
        conversations: [
          { ...phone.key, events: [said('m1')] },
          { ...user.key, events: [said('m2')] },
          { ...user.key, identities: identities.slice(0, 2), events: [said('m3'), said('m1')] },
          { ...phone.key, events: [said('m2'), said('m4')] },
        ],
      })
      assert.deepEqual(
        results.map((result) => (result.ok ? [result.outcome, result.duplicates] : result.error)),
        [
          ['created', 0],
          ['created', 0],
          ['merged', 1],
          ['updated', 1],
        ],
      )
      const active = only((await phone.rows.conversations()).filter(({ status }) => status !== 'closed'))
      holds(active, { customer_id: phone.customerId, last_seq: 4 })
      assert.equal((await phone.rows.messages()).length, 4)
    },
  },
  {
    title: 'keeps one person when writers with each of the ids, and with several, come at once',
    async run({ scene }) {
      const first = scene()
      for (const round of upTo(4)) {
        const { phone, user, lid, write } = person(first.foreign())
        const bodies = [
          () => phone.write(said(`p${round}`)),
          () => user.write(said(`u${round}`)),
          () => write(phone, ['phone', 'user_id'], said(`pu${round}`)),
          () => write(user, ['user_id', 'lid'], said(`ul${round}`)),
        ]
        await Promise.all([...bodies, ...bodies.toReversed(), ...bodies, ...bodies].map((send) => send()))
        const conversations = await phone.rows.conversations()
        const active = only(conversations.filter(({ status }) => status !== 'closed'))
        for (const { key } of [phone, user, lid]) assert.equal((await phone.account.findByOaAndCustomer(key))?.id, active.id)
        assert.equal((await phone.rows.messages()).length, bodies.length)
        assert.equal(
          conversations.reduce((sum, row) => sum + Number(row.unread_count), 0),
          bodies.length,
        )
        assert.equal(new Set((await phone.rows.contactInboxes()).map((row) => row.canonical_id ?? row.id)).size, 1)
      }
    },
  },
])
