import { describe, expect, test } from 'vitest'
import { type Collected, collect, collectEach, collectOnce, collectReading } from '../../src/webhooks/reading/collecting.js'
import { field, readId } from '../../src/webhooks/reading/fields.js'
import { eventBase, type ItemReading } from '../../src/webhooks/reading/item-context.js'
import { readPositive, timeAt } from '../../src/webhooks/reading/times.js'

/**
 * A normalizer for a channel that gives times in seconds and says who wrote. It is as simple as a normalizer can be.
 */
function normalize(body: unknown) {
  return collect((collected) => {
    collectEach(field(body, 'updates'), 'updates', collected, (update, path) => collectReading(readUpdate(update), path, collected))
  })
}

function readUpdate(update: unknown): ItemReading {
  if (field(update, 'kind') === 'typing') return { ignored: 'typing' }
  if (field(update, 'kind') === 'bug') throw new Error('a bug of the reader')
  const from = readId(field(update, 'from'), 'from')
  if (from === null) return { refused: 'from is missing' }
  if ('refused' in from) return from
  const seconds = readPositive(field(update, 'at'))
  const occurredAt = seconds === null ? null : timeAt(seconds * 1000)
  const context = { oaId: 'oa-1', customerId: from.id, fromInbox: field(update, 'echo') === true, standby: false, occurredAt }
  return { context, events: [{ type: 'message', messageId: 'm_1', direction: 'inbound', text: 'a', ...eventBase(context) }] }
}

describe('what the channels share in reading a body', () => {
  test('puts each part where it belongs, with its place, and loses none for its neighbours', () => {
    const updates = [{ from: 1.5 }, { from: '1', at: '1700000000' }, { kind: 'typing' }, null, { kind: 'bug' }, { from: '2', echo: true }]
    expect(normalize({ updates })).toEqual({
      outcome: 'partial',
      reason: 'updates[0]: from is an unsafe integer',
      items: [
        {
          path: 'updates[1]',
          oaId: 'oa-1',
          customerId: '1',
          standby: false,
          event: { type: 'message', messageId: 'm_1', direction: 'inbound', text: 'a', occurredAt: new Date(1_700_000_000_000) },
        },
        {
          path: 'updates[5]',
          oaId: 'oa-1',
          customerId: '2',
          standby: false,
          event: { type: 'message', messageId: 'm_1', direction: 'inbound', text: 'a', sender: { id: 'oa-1', type: 'agent' } },
        },
      ],
      ignored: [{ path: 'updates[2]', reason: 'typing' }],
      rejected: [
        { path: 'updates[0]', reason: 'from is an unsafe integer' },
        { path: 'updates[3]', reason: 'from is missing' },
        { path: 'updates[4]', reason: 'it could not be read' },
      ],
    })
  })

  test.each([
    [{ updates: [{ from: '1' }, { kind: 'typing' }] }, 'events', null],
    [{ updates: [{ kind: 'typing' }] }, 'ignored', 'typing'],
    [{ updates: [] }, 'ignored', 'nothing in it'],
    [{ updates: [{}] }, 'invalid', 'updates[0]: from is missing'],
    [{ updates: {} }, 'invalid', 'updates: not an array'],
    [null, 'invalid', 'updates: not an array'],
  ])('says of %j that it is %s', (body, outcome, reason) => {
    expect(normalize(body)).toMatchObject({ outcome, reason })
  })

  test('ignores what the body has twice, and keeps what says something else of the same message', () => {
    const said = (text: string, messageId = 'm_1') => ({ type: 'message', messageId, text }) as const
    const receipt = (status: 'read' | 'delivered', ...messageIds: string[]) => ({ type: 'receipt', status, messageIds }) as const
    const events = [
      ...[said('a'), said('b'), said('a'), said('a', 'm_2')],
      ...[receipt('read', 'm_1'), receipt('read', 'm_1', 'm_2'), receipt('delivered', 'm_1'), receipt('read', 'm_1')],
      ...([{ type: 'custom:follow' }, { type: 'custom:unfollow' }, { type: 'custom:follow' }] as const),
    ]
    const context = { oaId: 'oa-1', customerId: '1', fromInbox: false, standby: false, occurredAt: null }
    const read = (collected: Collected): void => {
      for (const [index, event] of events.entries()) collectReading({ context, events: [event] }, `${index}`, collected)
    }
    const { items, ignored } = collectOnce(read)
    expect(items.map(({ path }) => path)).toEqual(['0', '1', '3', '4', '5', '6', '8', '9'])
    expect(ignored.map(({ path }) => path)).toEqual(['2', '7', '10'])
  })

  test('reads no time that a database would refuse', () => {
    expect([timeAt(253_402_300_799_999), timeAt(253_402_300_800_000), readPositive('-1'), readPositive('1e3'), readPositive(true)]).toEqual(
      [new Date('9999-12-31T23:59:59.999Z'), null, null, null, null],
    )
  })
})
