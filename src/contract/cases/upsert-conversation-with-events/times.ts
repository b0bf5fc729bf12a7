import assert from 'node:assert/strict'
import { withEvents } from '../../contract-case.js'
import { at, replied, said } from '../../events.js'
import { holds, only, present } from '../../expectations.js'

const minute = 60_000
const day = 24 * 60 * minute

export const timeCases = withEvents([
  {
    title: 'stores a time that is more than 5 minutes ahead, and takes it for now in derived times',
    async run({ clock, store, scene }) {
      const { write, rows } = scene(store({ clock: clock.now }))
      const ahead = new Date(clock.now().getTime() + 5 * minute + 1)
      const { conversation } = await write(said('m1', { occurredAt: ahead }))
      holds(conversation, { lastMessageAt: clock.now(), lastInboundAt: clock.now(), lastActivityAt: clock.now() })
      holds(only(await rows.messages()), { occurred_at: ahead })
    },
  },
  {
    title: 'believes a time that is exactly 5 minutes ahead',
    async run({ clock, store, scene }) {
      const { write } = scene(store({ clock: clock.now }))
      const ahead = new Date(clock.now().getTime() + 5 * minute)
      const { conversation } = await write(said('m1', { occurredAt: ahead }))
      holds(conversation, { lastMessageAt: ahead, lastInboundAt: ahead, lastActivityAt: ahead })
    },
  },
  {
    title: 'clamps by the database’s clock where none is injected',
    async run({ scene }) {
      const { write } = scene()
      const { conversation } = await write(said('m1', { occurredAt: new Date('2200-01-01') }))
      assert.ok(present(present(conversation).lastMessageAt).getTime() < Date.UTC(2200, 0, 1))
      holds(conversation, { lastMessageAt: present(conversation).createdAt })
    },
  },
  {
    title: 'never moves lastMessageAt, lastInboundAt, lastActivityAt or the window back',
    async run({ scene }) {
      const { account, key, write } = scene()
      await account.upsertConversation({ ...key, channel: 'messenger' })
      const first = await write(said('m1', { occurredAt: at(10) }))
      const { conversation } = await write(said('m2', { occurredAt: at(1) }), { type: 'postback', messageId: 'p1', occurredAt: at(2) })
      holds(conversation, { lastMessageAt: at(10), lastInboundAt: at(10), windowExpiresAt: new Date(at(10).getTime() + day) })
      assert.deepEqual(conversation?.lastActivityAt, first.conversation?.lastActivityAt)
    },
  },
  {
    title: 'opens a reply window of 24 h on WhatsApp, Messenger and Instagram, from inbound messages and postbacks alone',
    async run({ scene }) {
      const first = scene()
      for (const channel of ['whatsapp', 'messenger', 'instagram']) {
        const { account, key } = first.another()
        const { conversation } = await account.upsertConversationWithEvents({
          ...key,
          channel,
          events: [said('m1', { occurredAt: at(1) })],
        })
        assert.deepEqual(conversation?.windowExpiresAt, new Date(at(1).getTime() + day), channel)
        const replies = [replied('m2', { occurredAt: at(5) })]
        const after = await account.upsertConversationWithEvents({ ...key, events: replies })
        assert.deepEqual(after.conversation?.windowExpiresAt, new Date(at(1).getTime() + day), channel)
        const postback = { type: 'postback' as const, messageId: 'p1', occurredAt: at(7) }
        const later = await account.upsertConversationWithEvents({ ...key, events: [postback] })
        assert.deepEqual(later.conversation?.windowExpiresAt, new Date(at(7).getTime() + day), channel)
      }
      for (const channel of ['sms', 'telegram', 'zalo', 'widget', 'api', 'carrier-pigeon']) {
        const { account, key } = first.another()
        const { conversation } = await account.upsertConversationWithEvents({ ...key, channel, events: [said('m1')] })
        assert.equal(conversation?.windowExpiresAt, null, channel)
      }
    },
  },
  {
    title: 'lists a conversation by its creation, or by its last message where that is later',
    async run({ clock, store, scene }) {
      const quiet = scene(store({ clock: clock.now }))
      const opened = await quiet.open()
      assert.deepEqual(opened.lastActivityAt, clock.now())
      const { conversation } = await quiet.write(said('m1', { occurredAt: at(0) }))
      assert.deepEqual(conversation?.lastActivityAt, opened.createdAt)
      const backfilled = await quiet.another().write(said('m1', { occurredAt: at(0) }), said('m2', { occurredAt: at(2) }))
      assert.deepEqual(backfilled.conversation?.lastActivityAt, at(2))
    },
  },
  {
    title: 'keeps milliseconds',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const occurredAt = new Date('2024-05-01T10:00:00.123Z')
      const { conversation } = await write(said('m1', { occurredAt }))
      assert.deepEqual(conversation?.lastMessageAt, occurredAt)
      assert.deepEqual((await account.findMessage({ ...key, messageId: 'm1' }))?.occurredAt, occurredAt)
      assert.deepEqual(only(await rows.messages()).occurred_at, occurredAt)
    },
  },
])
