import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import type { UpsertConversationWithEventsInput } from '../../../store/inputs.js'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { column, holds, only, rejects } from '../../expectations.js'

const past = { history: true } as const

/** What history may be, and what goes on with its messages as with others. */
export const historyRuleCases = withEvents([
  {
    title: 'takes history from a write or from its events, and refuses what makes no sense',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const refused: readonly Partial<UpsertConversationWithEventsInput>[] = [
        { history: true, events: [] },
        { history: true, events: [said('m1', past)] },
        { history: true, events: [said('m1', { history: false })] },
        { opens: 'closed', events: [said('m1')] },
        { markUnread: true, events: [said('m1')] },
        { markUnread: false, events: [said('m1')] },
        { history: false, opens: 'open', events: [said('m1')] },
        { opens: 'snoozed', history: true, events: [said('m1')] } as object,
        { history: 'yes', events: [said('m1')] } as object,
        { events: [{ type: 'reaction', targetMessageId: 'm1', emoji: 'x', history: true } as EventInput] },
      ]
      for (const input of refused) {
        await rejects(account.upsertConversationWithEvents({ ...key, events: [], ...input }), 'VALIDATION_FAILED')
      }
      assert.deepEqual(await rows.conversations(), [])
      const { conversation } = await account.upsertConversationWithEvents({
        ...key,
        markUnread: true,
        events: [said('m1', past), said('m2')],
      })
      holds(conversation, { unreadCount: 2, lastSeq: 2 })
    },
  },
  {
    title: 'takes each event of a write as what it is: history beside what is live',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const { conversation } = await write(
        said('m1', { ...past, occurredAt: at(7) }),
        said('m2', { occurredAt: at(5) }),
        replied('m3', { ...past, occurredAt: at(6) }),
      )
      holds(conversation, { unreadCount: 1, lastSeq: 3, lastInboundAt: at(5), lastMessageAt: at(7), lastMessagePreview: 'text of m1' })
      assert.deepEqual(column(await rows.messages(), 'is_history'), [null, true, true])
      holds(await account.findMessage({ ...key, messageId: 'm2' }), { history: false })
    },
  },
  {
    title: 'takes a message that one write brings both ways as live',
    async run({ scene }) {
      const { write } = scene()
      const { events, conversation } = await write(said('m1', past), said('m1'), said('m2'), said('m2', past))
      assert.deepEqual(
        events.map(({ outcome }) => outcome),
        ['stored', 'duplicate', 'stored', 'duplicate'],
      )
      holds(conversation, { unreadCount: 2, lastSeq: 2 })
    },
  },
  {
    title: 'lets history wait for nobody: facts wait for a conversation, and a postback opens one',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const referral = { type: 'referral' as const, payload: { ref: 'ad' }, occurredAt: at(1) }
      const waits = await account.upsertConversationWithEvents({ ...key, ...past, events: [referral] })
      assert.deepEqual(waits.events, [{ outcome: 'waiting' }])
      assert.equal(waits.conversation, null)
      const postback = { type: 'postback' as const, messageId: 'p1', occurredAt: at(5) }
      const events = [postback, said('m1', { occurredAt: at(2) })]
      const { conversation } = await account.upsertConversationWithEvents({ ...key, ...past, events })
      holds(conversation, { status: 'open', lastInboundAt: null, windowExpiresAt: null, lastActivityAt: at(5), lastMessageAt: at(2) })
      assert.deepEqual(column(await rows.events(), 'type'), ['message', 'postback', 'referral'])
      assert.deepEqual(column(await rows.events(), 'is_history'), [true, true, true])
    },
  },
  {
    title: 'applies receipts, watermarks, edits, deletions and reactions to messages of history',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write({ type: 'receipt', status: 'delivered', watermark: at(5), occurredAt: at(5) })
      await write({ type: 'message_edit', targetMessageId: 'm2', text: 'edited', occurredAt: at(6) })
      const events = [replied('m1', { occurredAt: at(1) }), said('m2', { occurredAt: at(2) }), said('m3', { occurredAt: at(3) })]
      await account.upsertConversationWithEvents({ ...key, ...past, events })
      await write(
        { type: 'receipt', status: 'read', messageIds: ['m1'], occurredAt: at(7) },
        { type: 'reaction', targetMessageId: 'm2', emoji: 'x', occurredAt: at(7) },
        { type: 'message_delete', targetMessageId: 'm3', occurredAt: at(7) },
      )
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { status: 'read', deliveredAt: at(5), readAt: at(7), history: true })
      const edited = await account.findMessage({ ...key, messageId: 'm2' })
      holds(edited, { text: 'edited', history: true })
      assert.equal(edited?.reactions.length, 1)
      holds(await account.findMessage({ ...key, messageId: 'm3' }), { text: '', deletedAt: at(7), history: true })
      holds(await account.findByOaAndCustomer(key), { unreadCount: 0, lastMessagePreview: null })
    },
  },
  {
    title: 'closes a conversation of history at the last message that it stores, whatever repeats one at another time',
    async run({ scene }) {
      const { account, key } = scene()
      const repeated = { type: 'postback', messageId: 'm1', occurredAt: at(9) } as const
      const { conversation, events } = await account.upsertConversationWithEvents({
        ...key,
        history: true,
        opens: 'closed',
        events: [said('m1', { occurredAt: at(1) }), repeated, replied('m1', { occurredAt: at(8) })],
      })
      assert.deepEqual(events, [{ outcome: 'stored' }, { outcome: 'duplicate' }, { outcome: 'duplicate' }])
      holds(conversation, { status: 'closed', closedAt: at(1), statusChangedAt: at(1), lastActivityAt: at(1) })
    },
  },
  {
    title: 'lets markUnread and markRead by time pass over history that is silent',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(said('m1', { occurredAt: at(1) }))
      await account.upsertConversationWithEvents({ ...key, ...past, events: [said('m2', { occurredAt: at(5) })] })
      holds((await account.markRead(key)).conversation, { unreadCount: 0, readSeq: 2 })
      holds((await account.markUnread(key)).conversation, { unreadCount: 1, readSeq: 0 })
      holds((await account.markRead({ ...key, upToTime: at(3) })).conversation, { unreadCount: 0, readSeq: 2 })
    },
  },
  {
    title: 'makes the host’s reply one message with the echo that history brought first',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(sending('l1', { occurredAt: at(1) }))
      await account.upsertConversationWithEvents({ ...key, ...past, events: [replied('m1', { occurredAt: at(1) })] })
      await write({ type: 'message_sent', localId: 'l1', messageId: 'm1', occurredAt: at(2) })
      holds(only(await rows.messages()), { local_id: 'l1', message_id: 'm1', seq: 1, is_history: null, is_silent: null })
    },
  },
])
