import { describe, expect, test } from 'vitest'
import { bodyParts, type OwnedItem } from '../../../src/webhooks/journal/body-parts.js'

const owned = (accountId: string | null, oaId: string, ...paths: readonly string[]): readonly OwnedItem[] =>
  paths.map((path) => ({ path, accountId, inbox: { channel: 'messenger', oaId } }))

describe('a body', () => {
  test('of one account is its whole, with what was not understood', () => {
    const body = { object: 'page', entry: [{ id: 'p1', messaging: [{ a: 1 }, { odd: true }] }], extra: [{ b: 2 }] }
    expect(bodyParts(body, owned('acme', 'p1', 'entry[0].messaging[0]'))).toEqual([
      { accountId: 'acme', body, inboxes: [{ channel: 'messenger', oaId: 'p1' }] },
    ])
  })

  test('without items is nobody’s', () => {
    const body = { object: 'page', entry: [] }
    expect(bodyParts(body, [])).toEqual([{ accountId: null, body, inboxes: [] }])
  })

  test('of two accounts and of nobody has a part for each, and none has an item of another', () => {
    const entry = [
      { id: 'p1', messaging: [{ text: 'to acme' }, { odd: 'beside it' }] },
      { id: 'p2', messaging: [{ text: 'to umbrella' }] },
      { id: 'p3', messaging: [{ text: 'to nobody' }] },
      { id: 'p4', standby: [{ odd: 'without any item' }] },
      { id: 'p1', messaging: [{ text: 'again to acme' }] },
    ]
    const items = [
      ...owned('acme', 'p1', 'entry[0].messaging[0]', 'entry[4].messaging[0]'),
      ...owned('umbrella', 'p2', 'entry[1].messaging[0]'),
      ...owned(null, 'p3', 'entry[2].messaging[0]'),
    ]
    expect(bodyParts({ object: 'page', entry, unread: [{ text: 'whose?' }] }, items)).toEqual([
      { accountId: 'acme', body: { object: 'page', entry: [entry[0], entry[4]] }, inboxes: [{ channel: 'messenger', oaId: 'p1' }] },
      { accountId: 'umbrella', body: { object: 'page', entry: [entry[1]] }, inboxes: [{ channel: 'messenger', oaId: 'p2' }] },
      { accountId: null, body: { object: 'page', entry: [entry[2], entry[3]], unread: [{ text: 'whose?' }] }, inboxes: [] },
    ])
  })

  test('of two accounts in one entry is parted within it', () => {
    const changes = [
      { value: { phone: '1', messages: [{ a: 1 }], contacts: [{ of: 1 }] } },
      { value: { phone: '2', messages: [{ a: 2 }], contacts: [{ of: 2 }] } },
    ]
    const items = [
      ...owned('acme', '1', 'entry[0].changes[0].value.messages[0]'),
      ...owned('umbrella', '2', 'entry[0].changes[1].value.messages[0]'),
    ]
    expect(bodyParts({ entry: [{ id: 'waba', changes }] }, items).map(({ accountId, body }) => [accountId, body])).toEqual([
      ['acme', { entry: [{ id: 'waba', changes: [changes[0]] }] }],
      ['umbrella', { entry: [{ id: 'waba', changes: [changes[1]] }] }],
    ])
  })

  test('that is a list is parted by its elements', () => {
    const items = [...owned('acme', '1', '[0].message'), ...owned('umbrella', '2', '[1].message')]
    const [first, second] = [{ message: { a: 1 } }, { message: { a: 2 } }]
    expect(bodyParts([first, second, { odd: 1 }], items).map(({ accountId, body }) => [accountId, body])).toEqual([
      ['acme', [first]],
      ['umbrella', [second]],
      [null, [{ odd: 1 }]],
    ])
  })
})
