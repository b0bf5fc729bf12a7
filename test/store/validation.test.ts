import { describe, expect, it } from 'vitest'
import { limits } from '../../src/model/limits.js'
import { createConversationStore } from '../../src/store/create-conversation-store.js'
import { recordingAdapter } from './recording-adapter.js'

import { key, openAccount, refusal, type Send, sent, upsert, write } from './refusals.js'

describe('an id', () => {
  it.each([
    ['empty', ''],
    ['the text of a missing one', 'null'],
    ['the text of a missing one', 'undefined'],
    ['with U+0000', 'a\0b'],
    ['with a lone surrogate', 'a\ud800'],
    ['with half an emoji', '👍'.slice(1)],
    ['over 512 bytes', 'a'.repeat(513)],
    ['over 512 bytes of UTF-8', 'đ'.repeat(257)],
  ])('that is %s is refused wherever it stands (%j)', async (_what, id) => {
    expect(await refusal(upsert({ oaId: id }))).toEqual(['oaId'])
    expect(await refusal(upsert({ customerId: id }))).toEqual(['customerId'])
    expect(await refusal((account) => account.findConversation({ conversationId: id }))).toEqual(['conversationId'])
    expect(await refusal(write({ type: 'message', messageId: id }))).toEqual(['events[0].messageId'])
    expect(await refusal(write({ type: 'receipt', status: 'read', messageIds: ['m', id] }))).toEqual(['events[0].messageIds[1]'])
    expect(() => createConversationStore({ adapter: recordingAdapter() }).forAccount(id)).toThrow('VALIDATION_FAILED')
  })

  it.each(['a'.repeat(512), 'đ'.repeat(256), '0', 'nil', ' ', "'; drop table messages; --", '$ne', '👍', '\u0001'])(
    'passes as it is: %j',
    async (id) => {
      expect(await sent(upsert({ oaId: id }))).toMatchObject({ items: [{ oaId: id }] })
    },
  )
})

describe('a text', () => {
  it('loses U+0000 and half characters, and nothing else, wherever it stands', async () => {
    const dirty = 'a\0b\ud800c\u0001 đ 👍\n$5.00'
    const clean = 'ab\ufffdc\u0001 đ 👍\n$5.00'
    const input = await sent((account) =>
      account.upsertConversationWithEvents({
        ...key,
        nickname: dirty,
        metadata: { [dirty]: [dirty, { [dirty]: dirty }] },
        events: [
          {
            type: 'message',
            messageId: 'm',
            text: dirty,
            attachments: [{ type: dirty, name: dirty, payload: { a: dirty } }],
            sender: { name: dirty },
          },
        ],
      }),
    )
    const [item] = input.items
    expect(item?.patch).toEqual({ nickname: clean, metadata: { [clean]: [clean, { [clean]: clean }] } })
    expect(item?.events[0]).toMatchObject({
      text: clean,
      attachments: [{ type: clean, name: clean, payload: { a: clean } }],
      sender: { name: clean },
    })
  })

  it.each<[string, Send, string | 'accepted']>([
    ['a text at its limit', write({ type: 'message', messageId: 'm', text: 'a'.repeat(limits.textBytes) }), 'accepted'],
    ['a text over it', write({ type: 'message', messageId: 'm', text: 'a'.repeat(limits.textBytes + 1) }), 'PAYLOAD_TOO_LARGE'],
    [
      'a text over it in bytes alone',
      write({ type: 'message', messageId: 'm', text: 'đ'.repeat(limits.textBytes / 2 + 1) }),
      'PAYLOAD_TOO_LARGE',
    ],
    ['a name at its limit', upsert({ nickname: 'a'.repeat(limits.nameBytes) }), 'accepted'],
    ['a name over it', upsert({ nickname: 'a'.repeat(limits.nameBytes + 1) }), 'PAYLOAD_TOO_LARGE'],
    ['101 attachments', write({ type: 'message', messageId: 'm', attachments: Array(101).fill({ type: 'image' }) }), 'PAYLOAD_TOO_LARGE'],
    [
      'a receipt for 1,001 messages',
      write({ type: 'receipt', status: 'read', messageIds: Array.from({ length: 1001 }, (_, i) => `m${i}`) }),
      'PAYLOAD_TOO_LARGE',
    ],
  ])('has limits: %s', async (_what, send, expected) => {
    expect(await refusal(send)).toBe(expected)
  })
})

describe('metadata', () => {
  const nested = (depth: number): object => (depth === 1 ? {} : { a: nested(depth - 1) })
  const sized = (bytes: number) => ({ a: 'x'.repeat(bytes - '{"a":""}'.length) })
  const circle: Record<string, unknown> = {}
  Object.assign(circle, { a: circle, b: [circle] })
  const doubling = Array.from({ length: 31 }).reduce<object>((inner) => ({ a: inner, b: inner }), {})

  it('keeps what is JSON, with every key', async () => {
    const metadata = JSON.parse('{"__proto__":{"a":1},"constructor":"x","$set":{"a.b":[null,true,1.5,""]},"":0,"toString":{}}')
    const { items } = await sent(upsert({ metadata }))
    expect(JSON.stringify(items[0]?.patch.metadata)).toBe(JSON.stringify(metadata))
    expect(Object.getPrototypeOf(items[0]?.patch.metadata)).toBe(Object.prototype)
  })

  it('drops undefined members and the sign of zero, as JSON would', async () => {
    const { items } = await sent(upsert({ metadata: { a: undefined, b: -0, c: [-0] } }))
    expect(items[0]?.patch.metadata).toStrictEqual({ b: 0, c: [0] })
  })

  it('is a copy: what the host does with its own afterwards changes nothing', async () => {
    const metadata = { tags: ['a'] }
    const { adapter, account } = openAccount()
    const writing = account.upsertConversation({ ...key, metadata })
    metadata.tags.push('b')
    await writing
    expect(adapter.sent('upsertConversations')[0]?.items[0]?.patch.metadata).toEqual({ tags: ['a'] })
  })

  it.each<[string, object, unknown]>([
    ['32 deep', nested(32), 'accepted'],
    ['33 deep', nested(33), ['metadata.a.a.a']],
    ['10,000 deep', Array.from({ length: 10_000 }).reduce<object>((inner) => ({ a: inner }), {}), ['metadata.a.a.a']],
    ['a circle', circle, ['metadata.a.a.a']],
    ['2^31 objects by reference', doubling, 'PAYLOAD_TOO_LARGE'],
    ['256 KiB', sized(limits.metadataBytes), 'accepted'],
    ['a byte more', sized(limits.metadataBytes + 1), 'PAYLOAD_TOO_LARGE'],
    ['20,000 values', { a: Array.from({ length: 19_999 }, () => 1) }, 'accepted'],
    ['a value more', { a: Array.from({ length: 20_000 }, () => 1) }, 'PAYLOAD_TOO_LARGE'],
    ['numbers that are long once they are written out', { a: Array.from({ length: 1000 }, () => 1e300) }, 'PAYLOAD_TOO_LARGE'],
    ['a date', { a: new Date() }, ['metadata.a']],
    ['undefined in a list', { a: [undefined] }, ['metadata.a[0]']],
    ['a hole in a list', { a: new Array(3) }, ['metadata.a[0]']],
    ['a function', { a: { toJSON: () => 'x' } }, ['metadata.a.toJSON']],
    ['a bigint', { a: 1n }, ['metadata.a']],
    ['NaN', { a: Number.NaN }, ['metadata.a']],
    ['an instance', { a: new Map() }, ['metadata.a']],
    ['a symbol key', { [Symbol('a')]: 1 }, ['metadata']],
    ['a list', [1], ['metadata']],
  ])('%s', async (_what, metadata, expected) => {
    const started = performance.now()
    expect(await refusal(upsert({ metadata }))).toEqual(expected)
    expect(await refusal(write({ type: 'message', messageId: 'm', metadata }))).toEqual(
      Array.isArray(expected) ? expected.map((path) => expect.stringContaining(path.slice(0, 8))) : expected,
    )
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
