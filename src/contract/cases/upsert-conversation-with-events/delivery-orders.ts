import assert from 'node:assert/strict'
import type { EventInput, ReceiptEventInput } from '../../../model/event-inputs.js'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { holds, only, upTo } from '../../expectations.js'
import { permutations } from '../../permutations.js'
import type { Scene } from '../../scene.js'

/** So many seconds after the hour. Hosts tell milliseconds, and some channels whole seconds of a clock of their own. */
const second = (seconds: number) => at(seconds / 60)
const reply = sending('l1', { occurredAt: second(5.1) })
const sent = (seconds = 5.512): EventInput => ({ type: 'message_sent', localId: 'l1', messageId: 'm1', occurredAt: second(seconds) })
const refused = (seconds: number, error = 'refused'): EventInput => ({
  type: 'message_failed',
  localId: 'l1',
  error,
  occurredAt: second(seconds),
})
const echo = (seconds: number) => replied('m1', { occurredAt: second(seconds) })
function receipt(status: ReceiptEventInput['status'], seconds: number): EventInput {
  const error = status === 'failed' ? { error: 'undeliverable' } : {}
  return { type: 'receipt', status, messageIds: ['m1'], occurredAt: second(seconds), ...error }
}
function watermark(status: 'delivered' | 'read', seconds: number): EventInput {
  return { type: 'receipt', status, watermark: second(seconds), occurredAt: second(20) }
}

/** Writes the events in every order, each in a call of its own. A failure tells in which order the message differs. */
async function endsInEveryOrder(first: Scene, events: readonly EventInput[], expected: object, before: readonly EventInput[] = []) {
  for (const order of permutations(events)) {
    const { account, key, write } = first.another()
    for (const event of [...before, ...order]) await write(event)
    const told = order.map((event) => (event.type === 'receipt' ? event.status : event.type)).join(', ')
    holds({ order: told, ...(await account.findMessage({ ...key, messageId: 'm1' })) }, { order: told, ...expected })
  }
}

export const deliveryOrderCases = withEvents([
  {
    title: 'takes a reply for failed when the channel says so, even if its clock lies before the host’s',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(reply)
      await write(sent())
      assert.deepEqual((await write(receipt('failed', 5))).events, [{ outcome: 'applied' }])
      const failed = { status: 'failed', sentAt: second(5.512), failedAt: second(5), error: 'undeliverable', readAt: null }
      holds(await account.findMessage({ ...key, messageId: 'm1' }), failed)
      assert.deepEqual((await write(watermark('read', 10), watermark('delivered', 10))).events, [
        { outcome: 'unchanged' },
        { outcome: 'unchanged' },
      ])
      holds(await account.findMessage({ ...key, messageId: 'm1' }), failed)
      holds(only(await rows.messages()), { status: 'failed', read_at: null, delivered_at: null })
    },
  },
  {
    title: 'lowers sentAt to an echo’s time and asks the watermarks again, in whatever order they and the sending come',
    async run({ scene }) {
      const read = { status: 'read', sentAt: second(5.3), readAt: second(20), deliveredAt: null, localId: 'l1' }
      await endsInEveryOrder(scene(), [sent(), echo(5.3), watermark('read', 5.3)], read, [reply])
    },
  },
  {
    title: 'asks the watermarks again when a receipt says that a reply was sent before',
    async run({ scene }) {
      const events = [sent(), receipt('sent', 5.3), watermark('delivered', 5.3)]
      await endsInEveryOrder(scene(), events, { status: 'delivered', sentAt: second(5.3), deliveredAt: second(20) }, [reply])
    },
  },
  {
    title: 'takes a refused reply for sent once a later attempt was accepted, in whatever order the three are told',
    async run({ scene }) {
      const accepted = { status: 'sent', sentAt: second(5.512), localId: 'l1' }
      await endsInEveryOrder(scene(), [sent(), refused(6), sent(7)], accepted, [reply])
      await endsInEveryOrder(scene(), [reply, sent(), refused(6), sent(7)], accepted)
      await endsInEveryOrder(scene(), [sent(), sent(6), refused(7)], { ...accepted, status: 'failed' }, [reply])
    },
  },
  {
    title: 'ends failed in whatever order the sending, the echo, a watermark and the failure come',
    async run({ scene }) {
      const failed = { status: 'failed', sentAt: second(5.3), failedAt: second(5), readAt: null, deliveredAt: null }
      await endsInEveryOrder(scene(), [sent(), echo(5.3), watermark('read', 10), receipt('failed', 5)], failed, [reply])
    },
  },
  {
    title: 'believes a delivery of the very message after a failure, and then the watermarks too, in any order',
    async run({ scene }) {
      const read = { status: 'read', deliveredAt: second(4), readAt: second(20), failedAt: second(5), error: 'undeliverable' }
      await endsInEveryOrder(scene(), [receipt('failed', 5), receipt('delivered', 4), watermark('read', 10)], read, [reply, sent()])
    },
  },
  {
    title: 'believes a delivery that comes after a watermark had told it already, when a failure follows',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(echo(5))
      await write(watermark('delivered', 10))
      assert.deepEqual((await write(receipt('delivered', 30))).events, [{ outcome: 'unchanged' }])
      await write(receipt('failed', 31))
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { status: 'delivered', deliveredAt: second(20), failedAt: second(31) })
    },
  },
  {
    title: 'takes a refusal back by a later sending alone, whatever an echo’s clock says, in any order',
    async run({ scene }) {
      const first = scene()
      await endsInEveryOrder(first, [reply, refused(5.4), sent(5.512), echo(5)], {
        status: 'sent',
        sentAt: second(5),
        failedAt: second(5.4),
      })
      await endsInEveryOrder(first, [reply, refused(5.6), sent(5.512), echo(5)], { status: 'failed', failedAt: second(5.6) })
    },
  },
  {
    title: 'judges a reply by the last refusal, and by the channel’s own failure rather than by a refusal',
    async run({ scene }) {
      const first = scene()
      const again = [refused(5.2, 'first'), sent(5.512), refused(6, 'second')]
      await endsInEveryOrder(first, again, { status: 'failed', failedAt: second(6), error: 'second' }, [reply])
      const bounced = [refused(5.2), sent(5.512), receipt('failed', 5)]
      await endsInEveryOrder(first, bounced, { status: 'failed', failedAt: second(5), error: 'undeliverable' }, [reply])
    },
  },
  {
    title: 'takes a read mark back that a watermark gave a reply before its failure was known, however the reply was stored',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const stored = (messageId: string) => replied(messageId, { occurredAt: second(6) })
      await write(said('m0'), stored('m2'))
      await write(watermark('read', 10))
      await write(stored('m3'))
      await write(reply, sent(), stored('m4'))
      await write(said('m0'), stored('m5'))
      const conversations = [stored('m6'), stored('m7')].map((event) => ({ ...key, events: [event] }))
      await account.bulkUpsertConversationsWithEvents({ conversations: conversations.slice(0, 1) })
      await account.bulkUpsertConversationsWithEvents({ conversations: conversations.slice(1).concat({ ...key, events: [stored('m8')] }) })
      const ids = upTo(8).map((index) => `m${index}`)
      const statuses = async () => (await rows.messages()).filter(({ direction }) => direction === 'outbound').map(({ status }) => status)
      assert.deepEqual(
        await statuses(),
        ids.map(() => 'read'),
      )
      await write({ type: 'receipt', status: 'failed', messageIds: ids, occurredAt: second(5) })
      assert.deepEqual(
        await statuses(),
        ids.map(() => 'failed'),
      )
      for (const messageId of ids) holds(await account.findMessage({ ...key, messageId }), { status: 'failed', readAt: null })
    },
  },
  {
    title: 'knows 50 copies of one message for duplicates, whatever their times, and changes nothing but sentAt',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const first = await write(said('m0', { occurredAt: at(100) }), echo(6_000))
      const events = await rows.events()
      for (const index of upTo(50)) {
        const minutes = index % 2 === 0 ? 100 - index : 100 + index
        const { outcome, duplicates, conversation } = await write(said('m0', { occurredAt: at(minutes) }), echo(60 * minutes))
        assert.equal(outcome, 'duplicate')
        assert.equal(duplicates, 2)
        assert.deepEqual(conversation, first.conversation)
      }
      assert.equal((await rows.messages()).length, 2)
      assert.deepEqual(await rows.events(), events)
      holds(await account.findMessage({ ...key, messageId: 'm0' }), { occurredAt: at(100), sentAt: null })
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { occurredAt: at(100), sentAt: at(50), status: 'sent' })
    },
  },
  {
    title: 'lowers sentAt also by an echo that comes twice in one call, and in a bulk',
    async run({ scene }) {
      const first = scene()
      await first.write(echo(9), echo(7))
      holds(await first.account.findMessage({ ...first.key, messageId: 'm1' }), { sentAt: second(7), occurredAt: second(9) })
      const { account, key } = first.another()
      const calls = [[echo(9)], [watermark('read', 7)], [echo(7), said('m2')]]
      for (const events of calls) await account.bulkUpsertConversationsWithEvents({ conversations: [{ ...key, events }] })
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { status: 'read', sentAt: second(7) })
    },
  },
])
