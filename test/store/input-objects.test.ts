import { describe, expect, it } from 'vitest'
import { isConversationStoreError } from '../../src/model/errors.js'

import { key, openAccount, refusal, type Send, sent, upsert, write } from './refusals.js'

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
    ['sweeping 5,001', (account) => account.sweep({ limit: 5001 }), ['limit']],
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
