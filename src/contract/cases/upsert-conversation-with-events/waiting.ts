import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { column, holds, only, present } from '../../expectations.js'
import { permutations } from '../../permutations.js'

const edit: EventInput = { type: 'message_edit', targetMessageId: 'm1', text: 'better', occurredAt: at(1) }
const deletion: EventInput = { type: 'message_delete', targetMessageId: 'm1', occurredAt: at(2) }
const reaction: EventInput = { type: 'reaction', targetMessageId: 'm1', emoji: '❤', occurredAt: at(3) }
const receipt: EventInput = { type: 'receipt', status: 'read', messageIds: ['m1'], occurredAt: at(4) }

export const waitingCases = withEvents([
  {
    title: 'keeps the time of a conversation that is opened with a message for which a deletion waits',
    async run({ scene, store, clock }) {
      const { account, key } = scene(store({ clock: clock.now }))
      const deletion = { type: 'message_delete', targetMessageId: 'm2' } as const
      await account.upsertConversationWithEvents({ ...key, history: true, opens: 'closed', events: [said('m1'), deletion] })
      // The two conversations of a customer have different times, so that the later one is known.
      const { conversation } = await account.upsertConversationWithEvents({ ...key, events: [said('m2')] })
      assert.deepEqual([conversation?.version, conversation?.updatedAt], [0, conversation?.createdAt])
    },
  },
  {
    title: 'lets a link wait on whose messages are missing, when another link of the same reply finds its message',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const link = (messageId: string) => ({ type: 'message_sent' as const, localId: 'l1', messageId, occurredAt: at(1) })
      assert.deepEqual((await write(link('m1'))).events, [{ outcome: 'waiting' }])
      assert.deepEqual((await write(said('m2'), link('m2'))).events, [{ outcome: 'stored' }, { outcome: 'stored' }])
      assert.equal((await rows.events()).filter((row) => row.conversation_id === null).length, 1)
      await write(sending('l1'))
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { localId: 'l1', status: 'sent', sentAt: at(1) })
    },
  },
  {
    title: 'ends the same in whatever order a reply, its edit, a reaction and a receipt come',
    async run({ scene }) {
      const first = scene()
      for (const order of permutations<EventInput>([replied('m1'), edit, reaction, receipt])) {
        const { account, key, write } = first.another()
        for (const event of order) await write(event)
        const title = order.map(({ type }) => type).join(', ')
        const message = present(await account.findMessage({ ...key, messageId: 'm1' }), title)
        holds(message, { text: 'better', editedAt: at(1), status: 'read', readAt: at(4), seq: 1 })
        assert.deepEqual(message.reactions, [{ senderId: 'customer', emoji: '❤', occurredAt: at(3) }], title)
        const conversation = present(await account.findByOaAndCustomer(key))
        holds(conversation, { lastSeq: 1, unreadCount: 0, lastMessagePreview: 'better' })
        const types = (await account.listEvents({ conversationId: conversation.id })).items.map(({ type }) => type)
        assert.deepEqual(types.sort(), ['message', 'message_edit', 'reaction'], title)
      }
    },
  },
  {
    title: 'leaves no text behind in whatever order a message, its edit and its deletion come',
    async run({ scene, raw }) {
      const first = scene()
      for (const order of permutations<EventInput>([said('m1', { text: 'better not' }), edit, deletion])) {
        const { account, key, write } = first.another()
        for (const event of order) await write(event)
        holds(await account.findMessage({ ...key, messageId: 'm1' }), { text: '', deletedAt: at(2), seq: 1 })
        holds(await account.findByOaAndCustomer(key), { lastSeq: 1, unreadCount: 1, lastMessagePreview: null })
      }
      const everything = [await raw.messages(first.accountId), await raw.events(first.accountId), await raw.conversations(first.accountId)]
      assert.ok(!JSON.stringify(everything).includes('better'), 'a copy of the text is left')
    },
  },
  {
    title: 'says `waiting`, knows again what waits, and applies it once',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      for (const event of [reaction, edit, receipt]) {
        assert.deepEqual((await write(event)).events, [{ outcome: 'waiting' }], event.type)
        const again = await write(event)
        assert.deepEqual(again.events, [{ outcome: 'duplicate' }], event.type)
      }
      assert.deepEqual(column(await rows.events(), 'conversation_id'), [null, null, null])
      const { outcome, conversation } = await write(replied('m1'))
      assert.equal(outcome, 'created')
      holds(conversation, { version: 0, lastMessagePreview: 'better' })
      assert.deepEqual(column(await rows.events(), 'event_seq'), [1, 2, 3])
      assert.deepEqual((await write(reaction)).events, [{ outcome: 'duplicate' }])
      assert.equal((await account.findMessage({ ...key, messageId: 'm1' }))?.reactions.length, 1)
    },
  },
  {
    title: 'applies what waits by its time, not by its arrival',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write({ ...reaction, emoji: '😂', occurredAt: at(9) })
      await write({ ...reaction, emoji: '❤', occurredAt: at(8) })
      await write(said('m1'))
      assert.deepEqual(
        (await account.findMessage({ ...key, messageId: 'm1' }))?.reactions.map(({ emoji }) => emoji),
        ['😂'],
      )
    },
  },
  {
    title: 'applies what waits beside an open conversation when its message comes, and shows it',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(said('m0'))
      assert.deepEqual((await write(edit, reaction)).events, [{ outcome: 'waiting' }, { outcome: 'waiting' }])
      const { conversation } = await write(said('m1'))
      holds(conversation, { version: 1, lastSeq: 2, unreadCount: 2, lastMessagePreview: 'better' })
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { text: 'better' })
    },
  },
  {
    title: 'lets what comes in the call of its message apply to it, wherever it stands in the call',
    async run({ scene }) {
      const { account, key, write } = scene()
      const { events, conversation } = await write(edit, reaction, replied('m1'), receipt)
      assert.deepEqual(events, [{ outcome: 'stored' }, { outcome: 'stored' }, { outcome: 'stored' }, { outcome: 'applied' }])
      holds(conversation, { version: 0, lastMessagePreview: 'better' })
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { text: 'better', status: 'read' })
    },
  },
  {
    title: 'keeps a fact that comes before any conversation, and lists it in the first one',
    async run({ scene }) {
      const { account, write, rows } = scene()
      const referral = { type: 'referral' as const, payload: { ref: '$ad', 'a.b': 1 }, occurredAt: at(0) }
      const { conversation, events } = await write(referral)
      assert.equal(conversation, null)
      assert.deepEqual(events, [{ outcome: 'waiting' }])
      holds(only(await rows.events()), { conversation_id: null, event_seq: null })
      const opened = present((await write(said('m1'))).conversation)
      const { items } = await account.listEvents({ conversationId: opened.id })
      assert.deepEqual(items.map(({ type }) => type).sort(), ['message', 'referral'])
      assert.deepEqual(items.find(({ type }) => type === 'referral')?.payload, { ref: '$ad', 'a.b': 1 })
    },
  },
  {
    title: 'lists a waiting fact in a conversation that is opened without events',
    async run({ scene }) {
      const { account, open, write, rows } = scene()
      await write({ type: 'optin', payload: { topic: 'news' }, occurredAt: at(0) })
      const opened = await open()
      assert.equal(opened.version, 0)
      assert.equal((await account.listEvents({ conversationId: opened.id })).items[0]?.type, 'optin')
      holds(only(await rows.events()), { conversation_id: opened.id, event_seq: 1 })
    },
  },
  {
    title: 'waits per exact customer: another one’s message of the same id takes nothing',
    async run({ scene }) {
      const first = scene()
      const second = first.another()
      await first.write(reaction)
      await second.write(said('m1'))
      await first.foreign().write(said('m1'))
      assert.deepEqual((await first.account.findMessage({ ...second.key, messageId: 'm1' }))?.reactions, [])
      await first.write(said('m1'))
      assert.equal((await first.account.findMessage({ ...first.key, messageId: 'm1' }))?.reactions.length, 1)
    },
  },
])
