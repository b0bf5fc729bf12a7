import assert from 'node:assert/strict'
import type { ReceiptEventInput } from '../../../model/event-inputs.js'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { holds, only } from '../../expectations.js'

function receipt(status: ReceiptEventInput['status'], minute: number, ...messageIds: string[]): ReceiptEventInput {
  return { type: 'receipt', status, messageIds, occurredAt: at(minute) }
}
function watermark(status: 'delivered' | 'read', minute: number, upTo: number): ReceiptEventInput {
  return { type: 'receipt', status, watermark: at(upTo), occurredAt: at(minute) }
}

export const receiptCases = withEvents([
  {
    title: 'sets what became of a reply, leaves no event row and changes no version',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const before = await write(replied('m1'))
      const { outcome, events, duplicates, conversation } = await write(receipt('delivered', 1, 'm1'))
      assert.equal(outcome, 'unchanged')
      assert.deepEqual(events, [{ outcome: 'applied' }])
      assert.equal(duplicates, 0)
      assert.deepEqual(conversation, before.conversation)
      holds(await account.findMessage({ ...key, messageId: 'm1' }), {
        status: 'delivered',
        sentAt: at(0),
        deliveredAt: at(1),
        readAt: null,
      })
      await write(receipt('read', 2, 'm1'))
      holds(only(await rows.messages()), { status: 'read', delivered_at: at(1), read_at: at(2) })
      only(await rows.events())
    },
  },
  {
    title: 'never downgrades by a late receipt, and keeps the earliest time of each kind',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(replied('m1'))
      await write(receipt('read', 5, 'm1'))
      await write(receipt('delivered', 3, 'm1'))
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { status: 'read', deliveredAt: at(3), readAt: at(5) })
      assert.deepEqual((await write(receipt('read', 6, 'm1'))).events, [{ outcome: 'unchanged' }])
      assert.deepEqual((await write(receipt('read', 4, 'm1'))).events, [{ outcome: 'applied' }])
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { status: 'read', readAt: at(4) })
    },
  },
  {
    title: 'leaves inbound messages alone',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(said('m1'))
      assert.deepEqual((await write(receipt('read', 1, 'm1'), watermark('read', 2, 9))).events[0], { outcome: 'unchanged' })
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { status: null, readAt: null, deliveredAt: null })
    },
  },
  {
    title: 'applies one receipt to every message that it names, each once',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(replied('m1'), replied('m2'), replied('m3'))
      const { events } = await write(receipt('read', 1, 'm1', 'm3', 'm1'))
      assert.deepEqual(events, [{ outcome: 'applied' }])
      for (const [messageId, status] of Object.entries({ m1: 'read', m2: 'sent', m3: 'read' })) {
        assert.equal((await account.findMessage({ ...key, messageId }))?.status, status, messageId)
      }
    },
  },
  {
    title: 'marks every reply sent up to a watermark, and none after it',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(...[1, 2, 3].map((minute) => replied(`m${minute}`, { occurredAt: at(minute) })), said('m0', { occurredAt: at(1) }))
      const { outcome, events } = await write(watermark('delivered', 7, 2))
      assert.equal(outcome, 'unchanged')
      assert.deepEqual(events, [{ outcome: 'applied' }])
      for (const [messageId, deliveredAt] of Object.entries({ m0: null, m1: at(7), m2: at(7), m3: null })) {
        assert.deepEqual((await account.findMessage({ ...key, messageId }))?.deliveredAt, deliveredAt, messageId)
      }
      assert.deepEqual((await write(watermark('delivered', 8, 1))).events, [{ outcome: 'unchanged' }])
      assert.deepEqual((await account.findMessage({ ...key, messageId: 'm1' }))?.deliveredAt, at(7))
    },
  },
  {
    title: 'holds a watermark for replies that are stored after it',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(watermark('read', 9, 5))
      await write(replied('m1', { occurredAt: at(5) }), replied('m2', { occurredAt: at(6) }))
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { status: 'read', readAt: at(9) })
      holds(await account.findMessage({ ...key, messageId: 'm2' }), { status: 'sent', readAt: null })
    },
  },
  {
    title: 'leaves a reply alone that the channel has not confirmed, until it does',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(sending('l1', { occurredAt: at(1) }), watermark('read', 9, 5))
      holds(await account.findMessage({ ...key, localId: 'l1' }), { status: 'pending', readAt: null })
      await write({ type: 'message_sent', localId: 'l1', messageId: 'm1', occurredAt: at(2) })
      holds(await account.findMessage({ ...key, localId: 'l1' }), { status: 'read', sentAt: at(2), readAt: at(9) })
    },
  },
  {
    title: 'keeps why a reply failed, and believes a later sending',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(replied('m1', { occurredAt: at(1) }))
      await write({ ...receipt('failed', 2, 'm1'), error: 'outside of the window $1' })
      const failed = { status: 'failed', failedAt: at(2), error: 'outside of the window $1' }
      holds(await account.findMessage({ ...key, messageId: 'm1' }), failed)
      await write(receipt('delivered', 3, 'm1'))
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { status: 'delivered', failedAt: at(2) })
    },
  },
  {
    title: 'is a duplicate while it waits, also in the call that brings its message',
    async run({ scene }) {
      const { account, key, write } = scene()
      assert.deepEqual((await write(receipt('delivered', 1, 'm1'))).events, [{ outcome: 'waiting' }])
      const { events, duplicates } = await write(receipt('delivered', 1, 'm1'), replied('m1'))
      assert.deepEqual(events, [{ outcome: 'duplicate' }, { outcome: 'stored' }])
      assert.equal(duplicates, 1)
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { status: 'delivered', deliveredAt: at(1) })
    },
  },
  {
    title: 'goes to the message of the exact customer, and to no other account’s',
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      await ours.write(replied('m1'))
      await theirs.write(replied('m1'))
      await ours.another().write(receipt('read', 1, 'm1'))
      await theirs.write(receipt('read', 1, 'm1'))
      assert.equal((await ours.account.findMessage({ ...ours.key, messageId: 'm1' }))?.status, 'sent')
      assert.equal((await theirs.account.findMessage({ ...theirs.key, messageId: 'm1' }))?.status, 'read')
    },
  },
])
