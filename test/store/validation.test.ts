import { describe, expect, it } from 'vitest'
import { isConversationStoreError } from '../../src/model/errors.js'
import type { EventInput } from '../../src/model/event-inputs.js'
import { limits } from '../../src/model/limits.js'
import type { AccountConversations } from '../../src/store/account-conversations.js'
import { createConversationStore } from '../../src/store/create-conversation-store.js'
import { recordingAdapter } from './recording-adapter.js'

const key = { oaId: 'page', customerId: 'customer' }

function openAccount() {
  const adapter = recordingAdapter()
  return { adapter, account: createConversationStore({ adapter }).forAccount('acme') }
}

type Send = (account: AccountConversations) => PromiseLike<unknown>
/** The code and what it says; the adapter must not have been asked. */
async function refusal(send: Send): Promise<unknown> {
  const { adapter, account } = openAccount()
  try {
    await send(account)
  } catch (error) {
    expect(adapter.calls).toHaveLength(0)
    if (isConversationStoreError(error, 'VALIDATION_FAILED')) return error.details.issues.map(({ path }) => path)
    if (isConversationStoreError(error)) return error.code
    return error
  }
  return 'accepted'
}
async function sent(send: Send) {
  const { adapter, account } = openAccount()
  await send(account)
  return adapter.calls[0]?.input
}
const upsert =
  (input: object): Send =>
  (account) =>
    account.upsertConversation({ ...key, ...input })
const write =
  (...events: object[]): Send =>
  (account) =>
    account.upsertConversationWithEvents({ ...key, events: events as EventInput[] })

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
    expect(item.patch).toEqual({ nickname: clean, metadata: { [clean]: [clean, { [clean]: clean }] } })
    expect(item.events[0]).toMatchObject({
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
    expect(JSON.stringify(items[0].patch.metadata)).toBe(JSON.stringify(metadata))
    expect(Object.getPrototypeOf(items[0].patch.metadata)).toBe(Object.prototype)
  })

  it('drops undefined members and the sign of zero, as JSON would', async () => {
    const { items } = await sent(upsert({ metadata: { a: undefined, b: -0, c: [-0] } }))
    expect(items[0].patch.metadata).toStrictEqual({ b: 0, c: [0] })
  })

  it('is a copy: what the host does with its own afterwards changes nothing', async () => {
    const metadata = { tags: ['a'] }
    const { adapter, account } = openAccount()
    const writing = account.upsertConversation({ ...key, metadata })
    metadata.tags.push('b')
    await writing
    expect(adapter.calls[0]?.input.items[0].patch.metadata).toEqual({ tags: ['a'] })
  })

  it.each<[string, object, unknown]>([
    ['32 deep', nested(32), 'accepted'],
    ['33 deep', nested(33), ['metadata.a.a.a']],
    ['10,000 deep', Array.from({ length: 10_000 }).reduce<object>((inner) => ({ a: inner }), {}), ['metadata.a.a.a.a.a.a']],
    ['a circle', circle, ['metadata.a.a.a.a.a.a']],
    ['2^31 objects by reference', doubling, 'PAYLOAD_TOO_LARGE'],
    ['256 KiB', sized(limits.metadataBytes), 'accepted'],
    ['a byte more', sized(limits.metadataBytes + 1), 'PAYLOAD_TOO_LARGE'],
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

describe('an input object', () => {
  it.each<[string, unknown, string[]]>([
    ['nothing', undefined, ['']],
    ['null', null, ['']],
    ['a list', [key], ['']],
    ['a date', new Date(), ['']],
    ['a class instance', Object.assign(new Map(), key), ['']],
    ['a Proxy', new Proxy(key, {}), ['']],
    ['one with a getter', Object.defineProperty({ ...key }, 'nickname', { get: () => 'Lan', enumerable: true }), ['nickname']],
    ['one that inherits its members', Object.create(key), ['']],
    ['one with an unknown field', { ...key, acountId: 'globex' }, ['acountId']],
    ['one that names an account', { ...key, accountId: 'globex' }, ['accountId']],
    ['one with an own __proto__', JSON.parse('{"oaId":"page","customerId":"customer","__proto__":{}}'), ['__proto__']],
  ])('is refused when it is %s', async (_what, input, paths) => {
    expect(await refusal((account) => account.upsertConversation(input as never))).toEqual(paths)
  })

  it('may have no prototype', async () => {
    expect(await refusal((account) => account.upsertConversation(Object.assign(Object.create(null), key)))).toBe('accepted')
  })

  it.each<[string, Send, unknown]>([
    ['both ways to name a conversation', (account) => account.markRead({ conversationId: 'c', ...key } as never), ['']],
    ['half a customer', (account) => account.markRead({ oaId: 'page' } as never), ['']],
    ['no target at all', (account) => account.closeConversation({} as never), ['']],
    ['two ids of a message', (account) => account.findMessage({ ...key, messageId: 'm', localId: 'l' } as never), ['']],
    ['a message without customer', (account) => account.findMessage({ messageId: 'm' } as never), ['']],
    ['two ways to name a contact', (account) => account.findContact({ contactId: 'c', ...key } as never), ['']],
    ['a negative version', upsert({ expectedVersion: -1 }), ['expectedVersion']],
    ['a version between two', upsert({ expectedVersion: 1.5 }), ['expectedVersion']],
    ['a version beyond 32 bits', upsert({ expectedVersion: 2 ** 31 }), ['expectedVersion']],
    ['a version that is a text', upsert({ expectedVersion: '1' }), ['expectedVersion']],
    [
      "'absent' where there has to be one",
      (account) => account.closeConversation({ ...key, expectedVersion: 'absent' } as never),
      ['expectedVersion'],
    ],
    ['a policy that is none', upsert({ onClosed: 'never' }), ['onClosed']],
    ['a negative policy', upsert({ onClosed: { reopenWithin: -1 } }), ['onClosed.reopenWithin']],
    ['a time that is a number', (account) => account.snoozeConversation({ ...key, until: 5 } as never), ['until']],
    ['an invalid date', (account) => account.snoozeConversation({ ...key, until: new Date(Number.NaN) }), ['until']],
    ['a date of the year 0', (account) => account.snoozeConversation({ ...key, until: new Date('0000-12-31T23:59:59Z') }), ['until']],
    [
      'a date of the year 10,000',
      (account) => account.snoozeConversation({ ...key, until: new Date('+010000-01-01T00:00:00Z') }),
      ['until'],
    ],
    ['matchUsername without a username', upsert({ matchUsername: true }), ['customerUsername']],
    ['matchUsername with null', upsert({ matchUsername: true, customerUsername: null }), ['customerUsername']],
    ['matchUsername with nothing behind the @', upsert({ matchUsername: true, customerUsername: ' @ ' }), ['customerUsername']],
    [
      'matchUsername with more than an index takes',
      upsert({ matchUsername: true, customerUsername: 'a'.repeat(513) }),
      ['customerUsername'],
    ],
    ['a page of none', (account) => account.listConversations({ limit: 0 }), ['limit']],
    ['a page of 501', (account) => account.listInboxes({ limit: 501 }), ['limit']],
    ['waking 1,001', (account) => account.wakeDue({ limit: 1001 }), ['limit']],
    ['a date where all fields may be left out', (account) => account.listConversations(new Date() as never), ['']],
    ['options that are none', (account) => account.countConversations({}, { sginal: AbortSignal.abort() } as never), ['options.sginal']],
    ['a signal that is none', (account) => account.countConversations({}, { signal: { aborted: true } } as never), ['options.signal']],
  ])('is refused with %s', async (_what, send, expected) => {
    expect(await refusal(send)).toEqual(expected)
  })

  it('names every problem at once, and no value', async () => {
    const secret = 'hunter2'
    const { account } = openAccount()
    const error = await account
      .upsertConversation({ oaId: { secret }, nickname: [secret], channel: 7 } as never)
      .catch((thrown: unknown) => thrown)
    expect(isConversationStoreError(error, 'VALIDATION_FAILED') && error.details.issues.map(({ path }) => path)).toEqual([
      'oaId',
      'customerId',
      'nickname',
      'channel',
    ])
    expect(JSON.stringify(error)).not.toContain(secret)
  })
})

describe('an event', () => {
  it.each<[string, object, unknown]>([
    ['no type', {}, ['events[0].type']],
    ['an unknown type', { type: 'mesage', messageId: 'm' }, ['events[0].type']],
    ['a type of Object.prototype', { type: 'constructor' }, ['events[0].type']],
    ['a custom type without a name', { type: 'custom:' }, ['events[0].type']],
    ['a message without an id', { type: 'message', text: 'hi' }, ['events[0].messageId']],
    ['a field of another type', { type: 'message_delete', targetMessageId: 'm', text: 'x' }, ['events[0].text']],
    ['an edit without text', { type: 'message_edit', targetMessageId: 'm' }, ['events[0].text']],
    ['a reaction with nothing', { type: 'reaction', targetMessageId: 'm' }, ['events[0].emoji']],
    ['a reaction of nobody', { type: 'reaction', targetMessageId: 'm', emoji: '👍', sender: { type: 'agent' } }, ['events[0].sender.id']],
    ['a receipt for nothing', { type: 'receipt', status: 'read' }, ['events[0].messageIds']],
    ['a receipt for no messages', { type: 'receipt', status: 'read', messageIds: [] }, ['events[0].messageIds']],
    ['a watermark of what was sent', { type: 'receipt', status: 'sent', watermark: new Date() }, ['events[0].watermark']],
    ['an error of what was read', { type: 'receipt', status: 'read', messageIds: ['m'], error: 'x' }, ['events[0].error']],
    ['a date for its sender', { type: 'optin', sender: new Date() }, ['events[0].sender']],
    ['a list for its sender', { type: 'optin', sender: [] }, ['events[0].sender']],
    ['a time in seconds', { type: 'optin', occurredAt: 1_714_651_200 }, ['events[0].occurredAt']],
  ])('is refused with %s', async (_what, event, expected) => {
    expect(await refusal(write(event))).toEqual(expected)
  })

  it.each<[string, object[], unknown]>([
    [
      'one localId with two messageIds',
      [
        { type: 'message', messageId: 'm1', localId: 'l' },
        { type: 'message_sent', messageId: 'm2', localId: 'l' },
      ],
      ['events[1].messageId'],
    ],
    [
      'one messageId with two localIds',
      [
        { type: 'message_sent', messageId: 'm', localId: 'l1' },
        { type: 'message_sent', messageId: 'm', localId: 'l2' },
      ],
      ['events[1].localId'],
    ],
    [
      'the same link twice',
      [
        { type: 'message', messageId: 'm', localId: 'l' },
        { type: 'message_sent', messageId: 'm', localId: 'l' },
      ],
      'accepted',
    ],
    [
      'one id in both roles',
      [
        { type: 'message', messageId: 'x', localId: 'l' },
        { type: 'message_sent', messageId: 'm', localId: 'x' },
      ],
      'accepted',
    ],
  ])('beside others: %s', async (_what, events, expected) => {
    expect(await refusal(write(...events))).toEqual(expected)
  })

  it('may be of any custom type', async () => {
    expect(await sent(write({ type: 'custom:order placed', payload: { total: 5 } }))).toMatchObject({
      items: [{ events: [{ type: 'custom:order placed', direction: 'inbound', messageId: null, payload: { total: 5 } }] }],
    })
  })
})
