import assert from 'node:assert/strict'
import type { ReceiptEventInput } from '../../../model/event-inputs.js'
import type { RawRow } from '../../contract-backend.js'
import { withEvents } from '../../contract-case.js'
import { at, replied } from '../../events.js'
import { upTo } from '../../expectations.js'

/** More replies than a backend may want to mark in one step. */
const many = 2_500
const sentAt = (index: number) => at(index / 100)
const replies = (count: number) => upTo(count).map((index) => replied(`m${index}`, { occurredAt: sentAt(index) }))

function receipt(status: ReceiptEventInput['status'], minute: number, messageId: string): ReceiptEventInput {
  return { type: 'receipt', status, messageIds: [messageId], occurredAt: at(minute) }
}
function watermark(status: 'delivered' | 'read', minute: number): ReceiptEventInput {
  return { type: 'receipt', status, watermark: at(50), occurredAt: at(minute) }
}

/** How many messages have which status and times. */
function tally(rows: readonly RawRow[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  const minute = (time: unknown) => (time instanceof Date ? (time.getTime() - at(0).getTime()) / 60_000 : 'never')
  for (const { status, delivered_at, read_at } of rows) {
    const kind = `${status}, delivered ${minute(delivered_at)}, read ${minute(read_at)}`
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}

export const manyUndeliveredCases = withEvents([
  {
    title: 'marks every reply that a watermark reaches before it returns, however many there are',
    async run({ scene }) {
      const { write, rows } = scene()
      await write(...replies(many), replied('later', { occurredAt: at(60) }))
      await write(receipt('failed', 61, 'm3'))
      const { events } = await write(watermark('delivered', 70), receipt('read', 65, 'm1'), receipt('delivered', 75, 'm2'))
      assert.deepEqual(events, [{ outcome: 'applied' }, { outcome: 'applied' }, { outcome: 'unchanged' }])
      const others = { 'failed, delivered never, read never': 1, 'sent, delivered never, read never': 1 }
      const delivered = { 'delivered, delivered 70, read never': many - 2, 'read, delivered 70, read 65': 1 }
      assert.deepEqual(tally(await rows.messages()), { ...others, ...delivered })

      assert.deepEqual((await write(watermark('read', 80))).events, [{ outcome: 'applied' }])
      const read = { 'read, delivered 70, read 80': many - 2, 'read, delivered 70, read 65': 1 }
      assert.deepEqual(tally(await rows.messages()), { ...others, ...read })
      const again = await write(watermark('delivered', 90), watermark('read', 90))
      assert.deepEqual(again.events, [{ outcome: 'unchanged' }, { outcome: 'unchanged' }])
      assert.deepEqual(tally(await rows.messages()), { ...others, ...read })
    },
  },
  {
    title: 'gives a reply the time of the first of two watermarks of one call that reach it, and never downgrades it by a third',
    async run({ scene }) {
      const { write, rows } = scene()
      await write(...replies(many))
      const first: ReceiptEventInput = { type: 'receipt', status: 'read', watermark: sentAt(1_200), occurredAt: at(70) }
      assert.deepEqual((await write(first, watermark('read', 80))).events, [{ outcome: 'applied' }, { outcome: 'applied' }])
      const read = { 'read, delivered never, read 70': 1_200, 'read, delivered never, read 80': many - 1_200 }
      assert.deepEqual(tally(await rows.messages()), read)
      await write(watermark('delivered', 90))
      const delivered = { 'read, delivered 90, read 70': 1_200, 'read, delivered 90, read 80': many - 1_200 }
      assert.deepEqual(tally(await rows.messages()), delivered)
    },
  },
  {
    title: 'takes its mark from any of very many replies whose failure becomes known later',
    async run({ scene }) {
      const { write, rows } = scene()
      await write(...replies(many))
      await write(watermark('read', 80))
      await write(receipt('failed', 61, 'm3'), receipt('failed', 61, `m${many}`))
      const read = { 'read, delivered never, read 80': many - 2, 'failed, delivered never, read never': 2 }
      assert.deepEqual(tally(await rows.messages()), read)
    },
  },
  {
    title: 'marks the replies of each customer of a bulk, when one of them has very many newer ones',
    async run({ scene }) {
      const first = scene()
      const other = first.another()
      await first.write(...replies(1_200))
      await other.write(...upTo(3).map((index) => replied(`m${index}`, { occurredAt: at(-1) })))
      const conversations = [first, other].map(({ key }) => ({ ...key, events: [watermark('read', 70)] }))
      const results = await first.account.bulkUpsertConversationsWithEvents({ conversations })
      assert.deepEqual(
        results.map((result) => result.ok && result.events),
        [[{ outcome: 'applied' }], [{ outcome: 'applied' }]],
      )
      assert.deepEqual(tally(await first.rows.messages()), { 'read, delivered never, read 70': 1_203 })
    },
  },
  {
    title: 'marks replies and applies receipts that other processes store at the same moment as a long watermark',
    async run({ scene, store }) {
      const { accountId, key, write, rows } = scene()
      await write(...replies(1_500))
      const accounts = upTo(3).map(() => store().forAccount(accountId))
      const others = accounts.map(async (account, index) => {
        for (const turn of upTo(3)) {
          const name = `n${index}-${turn}`
          await account.upsertConversationWithEvents({ ...key, events: [replied(name, { occurredAt: at(40) })] })
          await account.upsertConversationWithEvents({ ...key, events: [receipt('read', 60, `m${index * 3 + turn}`)] })
        }
      })
      await Promise.all([write(watermark('delivered', 70)), write(watermark('read', 80)), ...others])
      const read = { 'read, delivered 70, read 80': 1_500, 'read, delivered 70, read 60': 9 }
      assert.deepEqual(tally(await rows.messages()), read)
    },
  },
])
