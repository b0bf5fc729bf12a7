import assert from 'node:assert/strict'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { holds, only } from '../../expectations.js'

export const replayCases = withEvents([
  {
    title: 'takes a message that a reply’s id tells of for known, whatever version is expected',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(sending('l1'), { type: 'message_sent', localId: 'l1', messageId: 'm1' })
      for (const expectedVersion of ['absent', 7] as const) {
        const again = await account.upsertConversationWithEvents({ ...key, expectedVersion, events: [said('m1')] })
        assert.deepEqual([again.outcome, again.events], ['duplicate', [{ outcome: 'duplicate' }]])
      }
    },
  },
  {
    title: 'answers a replay with `duplicate` and changes nothing, not even by its patch',
    async run({ clock, store, scene }) {
      const { account, key, rows } = scene(store({ clock: clock.now }))
      const events = [said('m1'), replied('m2', { occurredAt: at(1) })]
      const first = await account.upsertConversationWithEvents({ ...key, nickname: 'Lan', events })
      const before = [await rows.conversations(), await rows.messages(), await rows.events(), await rows.contacts()]
      clock.advance(60_000)
      const again = await account.upsertConversationWithEvents({ ...key, nickname: 'Hoa', customerName: 'Hoa', channel: 'sms', events })
      assert.equal(again.outcome, 'duplicate')
      assert.equal(again.duplicates, 2)
      assert.deepEqual(again.events, [{ outcome: 'duplicate' }, { outcome: 'duplicate' }])
      assert.deepEqual(again.conversation, first.conversation)
      assert.deepEqual([await rows.conversations(), await rows.messages(), await rows.events(), await rows.contacts()], before)
    },
  },
  {
    title: 'decides duplicates before the version: a replay with an old version is a replay',
    async run({ scene }) {
      const { account, key, write } = scene()
      const original = { ...key, expectedVersion: 'absent' as const, events: [said('m1')] }
      await account.upsertConversationWithEvents(original)
      await write(said('m2'))
      const again = await account.upsertConversationWithEvents(original)
      assert.equal(again.outcome, 'duplicate')
      const stale = await account.upsertConversationWithEvents({ ...key, expectedVersion: 0, events: [said('m2')] })
      assert.equal(stale.outcome, 'duplicate')
      holds(stale.conversation, { version: 1, lastSeq: 2 })
    },
  },
  {
    title: 'knows a message after its conversation was closed: it opens no other one and reopens none',
    async run({ store, scene }) {
      const { account, key, write, rows } = scene(store({ onClosed: 'reopen' }))
      await write(said('m1'))
      await account.closeConversation(key)
      const before = await rows.conversations()
      const again = await account.upsertConversationWithEvents({ ...key, onClosed: 'new', events: [said('m1')] })
      assert.equal(again.outcome, 'duplicate')
      assert.equal((await write(said('m1'))).outcome, 'duplicate')
      holds(again.conversation, { status: 'closed', version: 1 })
      assert.deepEqual(await rows.conversations(), before)
    },
  },
  {
    title: 'writes what is new among known events, and counts the known ones',
    async run({ scene }) {
      const { write, rows } = scene()
      await write(said('m1'))
      const { outcome, events, duplicates, conversation } = await write(said('m1'), said('m2', { occurredAt: at(1) }), said('m2'))
      assert.equal(outcome, 'updated')
      assert.deepEqual(events, [{ outcome: 'duplicate' }, { outcome: 'stored' }, { outcome: 'duplicate' }])
      assert.equal(duplicates, 2)
      holds(conversation, { version: 1, lastSeq: 2, unreadCount: 2 })
      assert.equal((await rows.messages()).length, 2)
    },
  },
  {
    title: 'keeps the text of the first delivery of a message',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(said('m1', { text: 'first' }))
      await write(said('m1', { text: 'second' }), said('m2'))
      assert.equal((await account.findMessage({ ...key, messageId: 'm1' }))?.text, 'first')
    },
  },
  {
    title: 'stores a message id once per customer, and again for another customer of the inbox',
    async run({ scene }) {
      const first = scene()
      const second = first.another()
      await first.write(said('7'))
      const { outcome, conversation } = await second.write(said('7', { text: 'other' }))
      assert.equal(outcome, 'created')
      holds(conversation, { lastSeq: 1, unreadCount: 1 })
      assert.equal((await first.account.findMessage({ ...second.key, messageId: '7' }))?.text, 'other')
      assert.equal((await first.account.findMessage({ ...first.key, messageId: '7' }))?.text, 'text of 7')
      assert.equal((await first.rows.messages()).length, 2)
    },
  },
  {
    title: 'knows a host’s reply by its localId',
    async run({ scene }) {
      const { write, rows } = scene()
      await write(sending('l1'))
      const again = await write(sending('l1', { text: 'x', occurredAt: at(5) }))
      assert.equal(again.outcome, 'duplicate')
      only(await rows.messages())
      only(await rows.events())
    },
  },
  {
    title: 'applies the receipts of a replay, for they are no part of what was seen',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(replied('m1'))
      const read = { type: 'receipt' as const, status: 'read' as const, messageIds: ['m1'], occurredAt: at(4) }
      const { outcome, events, conversation } = await write(replied('m1'), read)
      assert.equal(outcome, 'unchanged')
      assert.deepEqual(events, [{ outcome: 'duplicate' }, { outcome: 'applied' }])
      holds(conversation, { version: 0, lastSeq: 1 })
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { status: 'read', readAt: at(4) })
    },
  },
  {
    title: 'keeps under a new id what waits of it and how far it has read, where whom its username names has all the rest',
    async run({ scene }) {
      const person = scene()
      const { account } = person
      const claim = { customerUsername: 'lan', matchUsername: true }
      const reply = sending('l1', { occurredAt: at(1) })
      await account.upsertConversationWithEvents({ ...person.key, ...claim, events: [reply] })
      const readAt5 = { type: 'receipt', status: 'read', watermark: at(5), occurredAt: at(6) } as const
      const read = { type: 'receipt', status: 'read', messageIds: ['m9'], occurredAt: at(6) } as const
      for (const [told, stored] of [
        [[readAt5], ['m7']],
        [[read], ['m9']],
        [
          [read, readAt5],
          ['m7', 'm9'],
        ],
      ] as const) {
        const fresh = person.another()
        const again = await account.upsertConversationWithEvents({ ...fresh.key, ...claim, events: [...told, reply] })
        holds(again, { outcome: 'duplicate', duplicates: 1 })
        holds(await account.findMessage({ ...person.key, localId: 'l1' }), { status: 'pending', readAt: null })
        for (const id of ['m7', 'm9']) await fresh.write(replied(id, { occurredAt: at(id === 'm7' ? 4 : 7) }))
        for (const messageId of ['m7', 'm9']) {
          const isRead = stored.some((id) => id === messageId)
          holds(await account.findMessage({ ...fresh.key, messageId }), { status: isRead ? 'read' : 'sent' })
        }
      }
      const silent = person.another()
      await account.upsertConversationWithEvents({ ...silent.key, ...claim, events: [reply] })
      const known = (await person.rows.contactInboxes()).map((row) => row.customer_id)
      assert.ok(!known.includes(silent.customerId))
    },
  },
  {
    title: 'gives what waited under another id to a reply that a repeated item names',
    async run({ scene }) {
      const person = scene()
      const { account } = person
      const claim = { customerUsername: 'lan', matchUsername: true }
      await account.upsertConversationWithEvents({ ...person.key, ...claim, events: [sending('l1')] })
      await person.write({ type: 'receipt', status: 'read', messageIds: ['w1'], occurredAt: at(6) })
      const fresh = person.another()
      await account.upsertConversationWithEvents({ ...fresh.key, ...claim, events: [{ ...sending('l1'), messageId: 'w1' }] })
      holds(await account.findMessage({ ...person.key, localId: 'l1' }), { messageId: 'w1', status: 'read' })
      assert.deepEqual(
        (await person.rows.events()).map((row) => row.type),
        ['message'],
      )
    },
  },
  {
    title: 'keeps how far a customer has read whom nothing but known events and a notice of others are about',
    async run({ scene }) {
      const first = scene()
      const { account, write, key } = first
      const other = first.another().customerId
      const read = { type: 'receipt', status: 'read', watermark: at(5), occurredAt: at(6) } as const
      const notice = {
        type: 'identity_change',
        eventId: 'e1',
        previous: [{ id: `former ${other}`, kind: 'phone' }],
        current: [{ id: other, kind: 'phone' }],
      } as const
      const files = {
        type: 'message_attachments',
        eventId: 'e1',
        targetMessageId: 'm3',
        attachments: [{ type: 'image', url: 'u' }],
      } as const
      const { events, outcome } = await write(read, notice, files)
      assert.deepEqual([outcome, ...events.map((each) => each.outcome)], ['unchanged', 'unchanged', 'applied', 'duplicate'])
      await write(replied('r1', { occurredAt: at(4) }))
      holds(await account.findMessage({ ...key, messageId: 'r1' }), { status: 'read', readAt: at(6) })
    },
  },
])
