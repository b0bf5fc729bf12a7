import { describe, expect, test } from 'vitest'
import { messenger } from '../../src/webhooks/index.js'
import { body, eventsOf, fromCustomer, page, text } from './bodies.js'

describe('a body that is not what it should be', () => {
  const cyclic: Record<string, unknown> = { object: 'page' }
  cyclic.entry = [cyclic]
  const throwing = {
    get object(): string {
      throw new Error('a getter')
    },
  }
  const hostile = new Proxy({}, { getOwnPropertyDescriptor: () => assertNever(), get: () => assertNever() })
  function assertNever(): never {
    throw new Error('a trap')
  }

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a number', 1],
    ['text', 'hello'],
    ['an array', []],
    ['empty', {}],
    ['an entry that is no list', { object: 'page', entry: {} }],
    ['an entry that is null', { object: 'page', entry: [null] }],
    ['an entry without an id', { object: 'page', entry: [{ messaging: [text('m_1')] }] }],
    ['messaging that is no list', { object: 'page', entry: [{ id: page, messaging: 'x' }] }],
    ['an item that is text', body('x')],
    ['an item between a page and itself', body({ sender: { id: page }, recipient: { id: page }, message: { mid: 'm_1' } })],
    ['a cycle', cyclic],
    ['a getter that throws', throwing],
    ['a proxy that throws', hostile],
    ['an item that throws', body(hostile)],
    ['an object as an id', body({ ...text('m_1'), sender: { id: { $ne: null } } })],
    ['NUL in an id', body({ ...text('m_1'), sender: { id: '1\u0000' } })],
    ['half a character in an id', body({ ...text('m_1'), sender: { id: '1\uD800' } })],
    ['an id of 513 bytes', body(text(`m_${'x'.repeat(511)}`))],
    ['a customer that is called undefined', body({ ...text('m_1'), sender: { id: 'undefined' } })],
  ])('is invalid and no exception: %s', (_, given) => {
    const normalized = messenger.normalize(given)
    expect(normalized).toMatchObject({ outcome: 'invalid', items: [], reason: expect.any(String) })
    expect(normalized.rejected).toHaveLength(1)
  })

  test('names what it ignores with its place, beside what is an item', () => {
    const items = [text('m_1'), fromCustomer({ hologram: {} }), fromCustomer({ app_roles: {} }), fromCustomer({ read: {} })]
    const test = { id: '0', messaging: [text('m_2')] }
    expect(messenger.normalize({ object: 'page', entry: [...body(...items).entry, test, { id: page, changes: [] }] })).toMatchObject({
      outcome: 'partial',
      items: [{ path: 'entry[0].messaging[0]' }],
      ignored: [
        { path: 'entry[0].messaging[1]', reason: 'an item of no known kind' },
        { path: 'entry[0].messaging[2]', reason: 'app_roles is not an event of a conversation' },
        { path: 'entry[1]', reason: "the dashboard's test: entry.id is 0" },
        { path: 'entry[2]', reason: 'an entry without messaging or standby' },
      ],
      rejected: [{ path: 'entry[0].messaging[3]' }],
    })
  })

  test('of another product is ignored', () => {
    expect(messenger.normalize({ ...body(text('m_1')), object: 'instagram' })).toMatchObject({ outcome: 'ignored', items: [] })
  })

  test('in a polluted process is read by its own fields alone', () => {
    const inherited = Object.create({ is_echo: true, is_deleted: true }, { mid: { value: 'm_1' }, text: { value: 'x' } })
    expect(eventsOf(fromCustomer({ message: inherited }))).toMatchObject([{ type: 'message', direction: 'inbound' }])
  })
})

test('a bad item, wherever it stands, loses none of its neighbours', () => {
  const bad = [null, {}, { message: 1 }, fromCustomer({ message: {} }), { recipient: { id: page }, message: { mid: 'm_x' } }]
  for (const broken of bad) {
    for (const items of [
      [broken, text('m_1'), text('m_2')],
      [text('m_1'), broken, text('m_2')],
      [text('m_1'), text('m_2'), broken],
    ]) {
      const { outcome, items: read } = messenger.normalize(body(...items))
      expect(read.map(({ event }) => 'messageId' in event && event.messageId)).toEqual(['m_1', 'm_2'])
      expect(outcome).toMatch(/events|partial/)
    }
  }
})
