import assert from 'node:assert/strict'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { column, holds, only, present, upTo } from '../../expectations.js'
import { linked, linkedLate } from './linked.js'

const claim = { customerUsername: 'lan', matchUsername: true }

export const groupCases = withEvents([
  {
    title: 'takes a message for a duplicate under whichever of the person’s ids it comes',
    async run({ scene }) {
      const { old, fresh } = await linked(scene())
      for (const [first, second] of [
        [old, fresh],
        [fresh, old],
      ] as const) {
        const id = `m of ${first.customerId}`
        await first.write(said(id))
        const again = await second.write(said(id, { text: 'other', occurredAt: at(9) }))
        holds(again, { outcome: 'duplicate', duplicates: 1 })
        assert.equal((await old.account.findMessage({ ...second.key, messageId: id }))?.text, `text of ${id}`)
      }
      const items = [old, fresh].map(({ key }) => ({ ...key, events: [said('b1')] }))
      const results = await old.account.bulkUpsertConversationsWithEvents({ conversations: items })
      assert.deepEqual(
        results.map((result) => 'outcome' in result && result.outcome),
        ['updated', 'duplicate'],
      )
      holds(present(await old.account.findByOaAndCustomer(old.key)), { lastSeq: 4, unreadCount: 4 })
    },
  },
  {
    title: 'stores a message once when both ids bring it at the same time',
    async run({ scene }) {
      const { old, fresh } = await linked(scene())
      for (const n of upTo(10)) await Promise.all([old, fresh, old, fresh].map((each) => each.write(said(`m${n}`))))
      holds(present(await old.account.findByOaAndCustomer(fresh.key)), { lastSeq: 11, unreadCount: 11 })
      assert.equal((await old.rows.messages()).length, 11)
    },
  },
  {
    title: 'finds a message by either id, and says under which of them it came',
    async run({ scene }) {
      const { old, fresh } = await linked(scene())
      await fresh.write(said('m1'), sending('l1'))
      const ids = new Map((await old.rows.contactInboxes()).map((row) => [row.customer_id, row.id]))
      for (const key of [old.key, fresh.key]) {
        holds(present(await old.account.findMessage({ ...key, messageId: 'm0' })), { contactInboxId: ids.get(old.customerId) })
        holds(present(await old.account.findMessage({ ...key, messageId: 'm1' })), { contactInboxId: ids.get(fresh.customerId) })
        holds(present(await old.account.findMessage({ ...key, localId: 'l1' })), { contactInboxId: ids.get(fresh.customerId) })
      }
      const conversationId = present(await old.account.findByOaAndCustomer(old.key)).id
      const { items } = await old.account.listEvents({ conversationId })
      assert.deepEqual(
        items.map(({ contactInboxId }) => contactInboxId),
        [old, fresh, fresh].map(({ customerId }) => ids.get(customerId)),
      )
    },
  },
  {
    title: 'looks in what each id had before they were linked',
    async run({ scene }) {
      const reply = sending('l1', { occurredAt: at(1) })
      const { old, fresh } = await linkedLate(scene(), { old: [replied('r0', { occurredAt: at(1) })], fresh: [said('f1'), reply] })
      holds(await old.write(said('f1')), { outcome: 'duplicate' })
      holds(await fresh.write(said('m0')), { outcome: 'duplicate' })
      await old.write({ type: 'message_edit', targetMessageId: 'f1', text: 'better', occurredAt: at(2) })
      holds(present(await fresh.account.findMessage({ ...old.key, messageId: 'f1' })), { text: 'better' })
      await old.write({ type: 'message_sent', localId: 'l1', messageId: 'w1', occurredAt: at(3) })
      await fresh.write({ type: 'receipt', status: 'delivered', watermark: at(4), occurredAt: at(5) })
      for (const messageId of ['r0', 'w1']) {
        holds(present(await old.account.findMessage({ ...old.key, messageId })), { status: 'delivered', deliveredAt: at(5) })
      }
    },
  },
  {
    title: 'finds what was stored under either id by the conversation, once and again',
    async run({ scene }) {
      const { old, fresh } = await linkedLate(scene(), { old: [], fresh: [said('f1')] })
      for (const id of ['n1', 'n2', 'n3']) {
        for (const each of [old, fresh]) {
          await each.write(said(`${id} of ${each.customerId}`))
          holds(await each.write(said('f1'), said('m0')), { outcome: 'duplicate', duplicates: 2 })
        }
      }
      holds(present(await old.account.findByOaAndCustomer(fresh.key)), { lastSeq: 7, unreadCount: 7 })
    },
  },
  {
    title: 'adopts nothing for a new id’s message that the person has already',
    async run({ scene }) {
      const first = scene()
      const fresh = first.another()
      await first.account.upsertConversationWithEvents({ ...first.key, ...claim, events: [said('m1')] })
      const again = await first.account.upsertConversationWithEvents({ ...fresh.key, ...claim, events: [said('m1', { text: 'other' })] })
      holds(again, { outcome: 'duplicate', duplicates: 1 })
      assert.deepEqual(column(await first.rows.contactInboxes(), 'customer_id'), [first.customerId])
      const both = await first.account.upsertConversationWithEvents({ ...fresh.key, ...claim, events: [said('m1'), said('m2')] })
      holds(both, { outcome: 'adopted', duplicates: 1 })
      holds(both.conversation, { lastSeq: 2, unreadCount: 2 })
    },
  },
  {
    title: 'keeps the message ids of each id apart on Telegram, where they are unique within a chat only',
    async run({ scene }) {
      const { old, fresh } = await linked(scene(), 'telegram')
      await old.write(said('1', { text: 'of the old chat' }), replied('2', { occurredAt: at(1) }))
      holds(await fresh.write(said('1', { text: 'of the fresh chat' }), replied('2', { occurredAt: at(1) })), { duplicates: 0 })
      assert.equal((await old.account.findMessage({ ...old.key, messageId: '1' }))?.text, 'of the old chat')
      assert.equal((await old.account.findMessage({ ...fresh.key, messageId: '1' }))?.text, 'of the fresh chat')
      await fresh.write({ type: 'message_edit', targetMessageId: '1', text: 'edited', occurredAt: at(2) })
      await fresh.write({ type: 'receipt', status: 'read', watermark: at(3), occurredAt: at(3) })
      assert.equal((await old.account.findMessage({ ...old.key, messageId: '1' }))?.text, 'of the old chat')
      assert.equal((await old.account.findMessage({ ...old.key, messageId: '2' }))?.status, 'sent')
      assert.equal((await old.account.findMessage({ ...fresh.key, messageId: '2' }))?.status, 'read')
      holds(present(await old.account.findByOaAndCustomer(fresh.key)), { lastSeq: 5, unreadCount: 3 })
    },
  },
  {
    title: 'takes all ids of a person along when one of them adopts another person’s conversation',
    async run({ scene }) {
      const { old, fresh } = await linked(scene())
      const other = old.another()
      const theirs = { customerUsername: 'hoa', matchUsername: true }
      await old.account.closeConversation(old.key)
      await old.account.upsertConversationWithEvents({ ...other.key, ...theirs, events: [said('o1')] })
      const { outcome } = await old.account.upsertConversationWithEvents({ ...fresh.key, ...theirs, events: [said('f1')] })
      assert.equal(outcome, 'adopted')
      holds(await old.write(said('o1')), { outcome: 'duplicate' })
      holds(await other.write(said('m0')), { outcome: 'duplicate' })
      for (const { key } of [old, fresh, other]) {
        assert.equal((await old.account.findMessage({ ...key, messageId: 'm0' }))?.text, 'text of m0')
        assert.equal((await old.account.findByOaAndCustomer(key))?.customerId, other.customerId)
      }
      const heads = new Set((await old.rows.contactInboxes()).map((row) => row.canonical_id ?? row.id))
      assert.equal(heads.size, 1)
    },
  },
  {
    title: 'bounds what waits under all of the person’s ids together',
    async run({ clock, store, scene }) {
      const { old, fresh } = await linked(scene(store({ clock: clock.now })))
      await old.write({ type: 'message_delete', targetMessageId: 'x', occurredAt: at(1) })
      clock.advance(31 * 24 * 3_600_000)
      await fresh.write(said('y'))
      assert.deepEqual(
        (await old.rows.events()).filter((row) => row.conversation_id === null),
        [],
      )
      const head = only((await old.rows.contactInboxes()).filter((row) => row.customer_id === old.customerId))
      holds(head, { dropped_events: 1 })
    },
  },
  {
    title: 'lists what waited for a reply of the one whose conversation is adopted behind the message that adopts it',
    async run({ scene }) {
      const { account, key, write } = scene()
      await account.upsertConversation({ ...key, ...claim })
      await write(sending('l1'))
      const other = { ...key, customerId: 'other' }
      const failed = { type: 'message_failed', localId: 'l1', error: 'refused', occurredAt: at(1) } as const
      await account.upsertConversationWithEvents({ ...other, events: [failed] })
      const { outcome, conversation } = await account.upsertConversationWithEvents({ ...other, ...claim, events: [said('m1')] })
      assert.equal(outcome, 'adopted')
      const { items } = await account.listEvents({ conversationId: present(conversation).id })
      assert.deepEqual(
        items.map(({ type, eventSeq }) => [type, eventSeq]),
        [
          ['message', 1],
          ['message', 2],
          ['message_failed', 3],
        ],
      )
    },
  },
  {
    title: 'looks for a person’s messages under an id that was known before it became theirs, and not under one that is new',
    async run({ scene }) {
      const first = scene()
      const notice = { type: 'identity_change', occurredAt: at(1) } as const
      const ways = ['new and adopts', 'new and linked', 'known and adopts', 'known and linked', 'told of', 'earlier in the bulk'] as const
      for (const way of ways) {
        const person = first.another()
        const { key, account, another } = person
        const fresh = another()
        const name = { customerUsername: `lan ${person.customerId}`, matchUsername: true }
        await account.upsertConversationWithEvents({ ...key, ...name, events: [said('m0')] })
        const ids = { user: { id: person.customerId, kind: 'user_id' }, fresh: { id: fresh.customerId, kind: 'lid' } }
        const adopting = { ...fresh.key, ...name, events: [said('m1')] }
        const linking = { ...fresh.key, identities: [ids.user, ids.fresh], events: [said('m1')] }
        // A notice that names two numbers of one person tells nothing, so that its customer is known and has nothing.
        const numbers = ['1', '2'].map((number) => ({ id: `${number} of ${person.customerId}`, kind: 'phone' }))
        const unclear = { ...fresh.key, events: [{ ...notice, previous: [ids.user], current: numbers }] }
        const former = { id: `former ${fresh.customerId}`, kind: 'user_id' }
        const told = { ...adopting, events: [{ ...notice, previous: [former], current: [ids.fresh] }, said('m1')] }
        const closed = { ...fresh.key, opens: 'closed', events: [said('h1', { history: true })] } as const
        const bulks = {
          'new and adopts': [[adopting]],
          'new and linked': [[linking]],
          'known and adopts': [[unclear], [adopting]],
          'known and linked': [[unclear], [linking]],
          'told of': [[told]],
          'earlier in the bulk': [[closed, adopting]],
        }[way]
        for (const conversations of bulks) await account.bulkUpsertConversationsWithEvents({ conversations })
        const rows = await person.rows.contactInboxes()
        const [head, own] = [person, fresh].map(({ customerId }) => only(rows.filter((row) => row.customer_id === customerId)))
        assert.equal(own?.canonical_id, head?.id)
        assert.deepEqual(head?.scopes, way.startsWith('new') ? null : [head?.id, own?.id], way)
      }
    },
  },
])
