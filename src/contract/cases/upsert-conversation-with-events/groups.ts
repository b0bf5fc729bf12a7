import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { column, holds, only, present, upTo } from '../../expectations.js'
import { permutations } from '../../permutations.js'
import type { Scene } from '../../scene.js'

const claim = { customerUsername: 'lan', matchUsername: true }
const deletion: EventInput = { type: 'message_delete', targetMessageId: 'm1', occurredAt: at(4) }

/** A customer with one message, and a second id that is known to be the same person's. Both are of one channel. */
async function linked(scene: Scene, channel = 'instagram'): Promise<{ old: Scene; fresh: Scene }> {
  const fresh = scene.another()
  await scene.account.upsertConversationWithEvents({ ...scene.key, ...claim, channel, events: [said('m0')] })
  await scene.account.upsertConversation({ ...fresh.key, ...claim })
  return { old: scene, fresh }
}

/** Two customers who have written, of whom the second then turns out to be the first. */
async function linkedLate(scene: Scene, before: { old: readonly EventInput[]; fresh: readonly EventInput[] }) {
  const { old, fresh } = { old: scene, fresh: scene.another() }
  await old.account.upsertConversationWithEvents({ ...old.key, ...claim, events: [said('m0'), ...before.old] })
  await fresh.write(...before.fresh)
  await fresh.account.closeConversation(fresh.key)
  assert.equal((await old.account.upsertConversation({ ...fresh.key, ...claim })).outcome, 'adopted')
  return { old, fresh }
}

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
    title: 'applies what comes under the other id, in whatever order it and the message come',
    async run({ scene }) {
      const first = scene()
      const edit: EventInput = { type: 'message_edit', targetMessageId: 'm1', text: 'better', occurredAt: at(2) }
      const reaction: EventInput = { type: 'reaction', targetMessageId: 'm1', emoji: '❤', occurredAt: at(3) }
      const receipt: EventInput = { type: 'receipt', status: 'read', messageIds: ['m1'], occurredAt: at(4) }
      for (const order of permutations<EventInput>([replied('m1'), edit, reaction, receipt])) {
        const { old, fresh } = await linked(first.foreign())
        for (const [index, event] of order.entries()) await (index % 2 === 0 ? fresh : old).write(event)
        const title = order.map(({ type }) => type).join(', ')
        const message = present(await old.account.findMessage({ ...old.key, messageId: 'm1' }), title)
        holds(message, { text: 'better', editedAt: at(2), status: 'read', readAt: at(4) })
        assert.deepEqual(message.reactions, [{ senderId: 'customer', emoji: '❤', occurredAt: at(3) }], title)
        assert.deepEqual(new Set(column(await old.rows.events(), 'conversation_id')).size, 1, title)
      }
    },
  },
  {
    title: 'deletes a text for good when its deletion came first, under the other id',
    async run({ scene }) {
      const { old, fresh } = await linked(scene())
      await fresh.write(deletion)
      await old.write(said('m1'))
      holds(present(await fresh.account.findMessage({ ...fresh.key, messageId: 'm1' })), { text: '', deletedAt: at(4) })
    },
  },
  {
    title: 'takes a reaction away under the other id, and a second one replaces the first',
    async run({ scene }) {
      const { old, fresh } = await linked(scene())
      const reacted = (emoji: string | null, minute: number): EventInput => ({
        type: 'reaction',
        targetMessageId: 'm0',
        ...(emoji === null ? { action: 'remove' } : { emoji }),
        occurredAt: at(minute),
      })
      const current = async () => present(await old.account.findMessage({ ...old.key, messageId: 'm0' })).reactions
      await old.write(reacted('❤', 1))
      await fresh.write(reacted('👍', 2))
      assert.deepEqual(await current(), [{ senderId: 'customer', emoji: '👍', occurredAt: at(2) }])
      await old.write(reacted(null, 3))
      assert.deepEqual(await current(), [])
      const stranger = { id: 'a member of the group' }
      await old.write({ ...reacted('🎉', 4), sender: stranger } as EventInput)
      assert.deepEqual(await current(), [{ senderId: stranger.id, emoji: '🎉', occurredAt: at(4) }])
    },
  },
  {
    title: 'marks what was sent to one id by the watermark of the other, before and after',
    async run({ scene }) {
      const { old, fresh } = await linked(scene())
      await old.write(replied('r1', { occurredAt: at(1) }))
      await fresh.write({ type: 'receipt', status: 'read', watermark: at(5), occurredAt: at(6) })
      await old.write(replied('r2', { occurredAt: at(2) }))
      await fresh.write(replied('r3', { occurredAt: at(3) }))
      for (const messageId of ['r1', 'r2', 'r3']) {
        holds(present(await old.account.findMessage({ ...old.key, messageId })), { status: 'read', readAt: at(6) })
      }
    },
  },
  {
    title: 'confirms a reply by its local id under the other id, and folds its echo',
    async run({ scene }) {
      const { old, fresh } = await linked(scene())
      await old.write(sending('l1'))
      await fresh.write({ type: 'message_sent', localId: 'l1', messageId: 'w1', occurredAt: at(1) })
      holds(present(await old.account.findMessage({ ...old.key, messageId: 'w1' })), { localId: 'l1', status: 'sent' })
      await old.write(sending('l2'))
      await fresh.write(replied('w2', { text: 'text of l2' }))
      await old.write({ type: 'message_sent', localId: 'l2', messageId: 'w2', occurredAt: at(2) })
      const message = present(await old.account.findMessage({ ...fresh.key, localId: 'l2' }))
      holds(message, { messageId: 'w2', text: 'text of l2' })
      assert.equal((await old.rows.messages()).length, 3)
    },
  },
  {
    title: 'takes a postback and a referral for duplicates under the other id',
    async run({ scene }) {
      const { old, fresh } = await linked(scene())
      const postback: EventInput = { type: 'postback', payload: { title: 'Yes' }, occurredAt: at(1) }
      const referral: EventInput = { type: 'referral', payload: { ref: 'ad' }, occurredAt: at(2) }
      await old.write(postback, referral)
      const again = await fresh.write(postback, referral)
      holds(again, { outcome: 'duplicate', duplicates: 2 })
      const byAnother = await fresh.write({ ...postback, sender: { id: 'somebody else', type: 'customer' } })
      holds(byAnother, { duplicates: 0 })
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
])
