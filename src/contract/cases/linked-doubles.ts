import assert from 'node:assert/strict'
import type { EventInput } from '../../model/event-inputs.js'
import { withEvents } from '../contract-case.js'
import { at, replied, said } from '../events.js'
import { holds, only, present } from '../expectations.js'
import type { Scene } from '../scene.js'
import { twoPeople } from '../two-people.js'

/** Writes a message of history. */
function bring({ account, key }: Scene, ...events: readonly EventInput[]): Promise<unknown> {
  return account.upsertConversationWithEvents({ ...key, history: true, events })
}

const live = (of: Scene, ...events: readonly EventInput[]) => of.write(...events)

/** One message that came under two ids of a person before these were linked, once or twice as history. */
export const linkedDoublesCases = withEvents([
  {
    title: 'counts a message once, and lets its customer wait, that history brought under one id and that came live under the other',
    async run({ scene }) {
      const first = scene()
      for (const [ofPhone, ofUser, isLive] of [
        [bring, live, true],
        [live, bring, true],
        [live, live, true],
        [bring, bring, false],
      ] as const) {
        const { phone, user, link } = twoPeople(first.another())
        const { account, key } = phone
        await ofPhone(phone, said('m1', { occurredAt: at(1) }))
        await ofUser(user, said('m1', { occurredAt: at(1) }))
        await link()
        const message = present(await account.findMessage({ ...user.key, messageId: 'm1' }))
        holds(message, { history: !isLive, seq: 1 })
        const kept = present(await account.findByOaAndCustomer(key))
        holds(kept, { id: message.conversationId, unreadCount: isLive ? 1 : 0, waitingSince: isLive ? at(1) : null, version: 1 })
        assert.deepEqual(await account.findByOaAndCustomer(user.key), kept)
      }
    },
  },
  {
    title: 'counts no message anew that was read, and ends no wait by an answer of another conversation',
    async run({ scene }) {
      const { phone, user, link } = twoPeople(scene())
      const { account, key } = phone
      await bring(phone, said('m1', { occurredAt: at(1) }), said('m2', { occurredAt: at(2) }))
      await account.markRead({ ...key, seq: 1 })
      await live(user, said('m1', { occurredAt: at(1) }), said('m2', { occurredAt: at(2) }), replied('r1', { occurredAt: at(3) }))
      await account.closeConversation(user.key)
      await link()
      holds(await account.findByOaAndCustomer(key), { unreadCount: 1, readSeq: 1, waitingSince: at(1) })
      const closed = only((await phone.rows.conversations()).filter(({ status }) => status === 'closed'))
      holds(closed, { unread_count: 0, waiting_since: null, last_answer_at: at(3) })
    },
  },
  {
    title: 'leaves a message read of which one copy was read, whichever that is',
    async run({ scene }) {
      const first = scene()
      for (const isOlderRead of [true, false]) {
        for (const isClosed of [true, false]) {
          const { phone, user, link } = twoPeople(first.another())
          const { account, key } = phone
          await live(phone, said('m0', { occurredAt: at(1) }), said('m1', { occurredAt: at(2) }))
          await live(user, said('m1', { occurredAt: at(2) }), said('m2', { occurredAt: at(3) }))
          await account.markRead(isOlderRead ? { ...key, seq: 2 } : { ...user.key, seq: 1 })
          if (isClosed) await account.closeConversation(user.key)
          await link()
          const unread = isOlderRead ? ['m2'] : ['m0', 'm2']
          const { items } = await account.listConversations({ oaId: phone.oaId, customerId: phone.customerId })
          assert.equal(items.length, isClosed ? 2 : 1)
          const counted = items.reduce((sum, { unreadCount }) => sum + unreadCount, 0)
          assert.equal(counted, unread.length)
          for (const messageId of ['m0', 'm1', 'm2']) present(await account.findMessage({ ...key, messageId }))
          for (const { id } of items) holds((await account.markRead({ conversationId: id })).conversation, { unreadCount: 0 })
        }
      }
    },
  },
  {
    title: 'keeps the files that the other copy of a blank message has got',
    async run({ scene }) {
      const { phone, user, link } = twoPeople(scene())
      const { account, key } = phone
      await bring(phone, said('m1', { text: '' }))
      await bring(user, said('m1', { text: '' }))
      const attachments = [{ type: 'image', url: 'https://files.example/photo', name: null, payload: null }]
      await user.write({ type: 'message_attachments', targetMessageId: 'm1', attachments, text: 'caption', occurredAt: at(1) })
      await link()
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { text: 'caption', attachments })
      holds(await account.findByOaAndCustomer(key), { lastMessagePreview: 'caption' })
    },
  },
])
