import { expect, test } from 'vitest'
import { at, customer, inbox, planning } from './planning-kit.js'
import { fact, reacted, receipt, replied, said } from './stamped-events.js'

function afterClosing() {
  const run = planning()
  run.write([said('m1', 1)])
  run.clock.now = at(660)
  return { run, closed: run.close() }
}

test('an inbound message after a closing opens a second conversation, whose version starts at 0', () => {
  const { run, closed } = afterClosing()
  const result = run.write([said('m2', 2)])
  expect(result).toMatchObject({
    outcome: 'created',
    conversation: { version: 0, lastSeq: 1, status: 'open', contactId: closed.contactId },
  })
  expect(result.conversation?.id).not.toBe(closed.id)
})

test('reopenWithin reopens up to its last millisecond, and opens a new one after it', () => {
  for (const [later, outcome] of [
    [60_000, 'reopened'],
    [60_001, 'created'],
  ] as const) {
    const { run, closed } = afterClosing()
    run.clock.now = new Date(run.clock.now.getTime() + later)
    const result = run.write([said('m2', 2)], { onClosed: { reopenWithin: 60_000 } })
    expect(result.outcome).toBe(outcome)
    expect(result.conversation?.id === closed.id).toBe(outcome === 'reopened')
  }
})

test('the policy of the call outranks the inbox’s, and that the store’s', () => {
  const { run, closed } = afterClosing()
  const connection = {
    id: 'i1',
    accountId: 'acme',
    oaId: inbox,
    channel: 'api',
    provider: null,
    name: null,
    chatbotId: null,
    metadata: null,
  }
  const times = {
    connectedAt: at(0),
    disconnectedAt: null,
    redirectedTo: null,
    redirectEndedAt: null,
    matchesNumbers: false,
    history: null,
    createdAt: at(0),
    updatedAt: at(0),
  }
  run.account.people.putInbox({ ...connection, ...times, onClosed: 'reopen', status: 'connected', operations: [], droppedUntil: null })
  expect(run.write([said('m2', 2)])).toMatchObject({ outcome: 'reopened', conversation: { id: closed.id, version: closed.version + 1 } })
  run.close()
  expect(run.write([said('m3', 3)], { onClosed: 'new' }).outcome).toBe('created')
})

test('an outbound message joins a closed conversation as it is, and opens one only where there is none', () => {
  const { run, closed } = afterClosing()
  const result = run.write([replied('m2', 2)])
  expect(result).toMatchObject({
    outcome: 'updated',
    conversation: { id: closed.id, status: 'closed', version: closed.version + 1, lastSeq: 2 },
  })
  expect(run.write([replied('m3', 3)], { customerId: 'minh' }).outcome).toBe('created')
})

test('a postback opens a conversation, wakes a snoozed one, and is no message', () => {
  const run = planning()
  expect(run.write([fact('postback', 1)], { channel: 'messenger' })).toMatchObject({
    outcome: 'created',
    conversation: {
      lastSeq: 0,
      unreadCount: 0,
      lastMessageAt: null,
      lastInboundAt: at(1),
      windowExpiresAt: at(1 + 24 * 60),
      lastActivityAt: at(1),
    },
  })
  const { conversations } = run.account
  conversations.put({ ...run.conversation(), status: 'snoozed', snoozedUntil: at(900) })
  expect(run.write([fact('postback', 2)]).conversation).toMatchObject({ status: 'open', snoozedUntil: null, version: 1 })
})

test('a receipt, a reaction or a referral after a closing opens nothing', () => {
  const { run, closed } = afterClosing()
  run.write([receipt('m9', 2, 'read'), reacted('m9', 2, '👍'), fact('referral', 2)])
  expect([...run.account.conversations.rows.keys()]).toEqual([closed.id])
})

test('times in the past and far ahead are stored as they are; derived times are clamped to now', () => {
  const run = planning()
  run.write([said('m1', -5000)])
  expect(run.conversation()).toMatchObject({ lastActivityAt: at(-5000), lastMessageAt: at(-5000), createdAt: at(600) })
  run.write([said('m2', 700)])
  expect(run.message('m2').occurredAt).toEqual(at(700))
  expect(run.conversation()).toMatchObject({ lastActivityAt: at(600), lastMessageAt: at(600), lastInboundAt: at(600) })
  run.write([said('m3', 604)])
  expect(run.conversation().lastMessageAt).toEqual(at(604))
})

test('an older message that comes late moves neither the last message time nor the preview back', () => {
  const run = planning()
  run.write([said('m2', 20)])
  run.write([said('m1', 10)])
  expect(run.conversation()).toMatchObject({ lastMessageAt: at(20), lastMessagePreview: 'text of m2', lastSeq: 2, unreadCount: 2 })
})

test('an upsert whose username another active conversation has adopts it; both customers find it from then on', () => {
  const run = planning()
  run.write([], { usernameKey: 'lan.nguyen', patch: { customerUsername: 'lan.nguyen' } })
  const { id, version, contactId } = run.conversation()
  const result = run.write([said('m1', 1)], { customerId: 'lan-2', usernameKey: 'lan.nguyen' })
  expect(result).toMatchObject({ outcome: 'adopted', conversation: { id, version: version + 1, customerId: customer } })
  expect(run.own('lan-2')).toMatchObject({ canonicalId: run.own().id, contactId })
  expect(run.write([said('m2', 2)], { customerId: 'lan-2' })).toMatchObject({ outcome: 'updated', conversation: { id, lastSeq: 2 } })
  expect(run.write([said('m1', 3)])).toMatchObject({ outcome: 'duplicate', conversation: { id, lastSeq: 2 } })
  expect(run.write([said('m3', 3)])).toMatchObject({ outcome: 'updated', conversation: { id, lastSeq: 3 } })
})

test('an adoption is a change in itself: the version rises, and a resend is answered with it', () => {
  const run = planning()
  run.write([], { usernameKey: 'lan' })
  expect(run.write([], { customerId: 'lan-2', usernameKey: 'lan', operationId: 'adoption' })).toMatchObject({
    outcome: 'adopted',
    conversation: { version: 1 },
  })
  expect(run.write([], { customerId: 'lan-2', usernameKey: 'lan', operationId: 'adoption', resentAfter: 20 })).toMatchObject({
    outcome: 'adopted',
    conversation: { version: 1 },
  })
})

test('aliases never chain: those of a customer that is adopted point at the new one', () => {
  const run = planning()
  run.write([], { customerId: 'a', usernameKey: 'first' })
  run.write([], { customerId: 'b', usernameKey: 'first' })
  run.close('a')
  run.write([], { customerId: 'c', usernameKey: 'second' })
  expect(run.write([said('m1', 1)], { customerId: 'a', usernameKey: 'second' }).outcome).toBe('adopted')
  expect(run.own('a').canonicalId).toBe(run.own('c').id)
  expect(run.own('b').canonicalId).toBe(run.own('c').id)
})

test('a closed conversation is never adopted, and loses its username to the one that has it when it is reopened', () => {
  const run = planning()
  run.write([], { customerId: 'a', usernameKey: 'lan' })
  const first = run.close('a')
  expect(run.write([], { customerId: 'b', usernameKey: 'lan' }).outcome).toBe('created')
  expect(run.write([said('m1', 1)], { customerId: 'a', onClosed: 'reopen' })).toMatchObject({
    outcome: 'reopened',
    conversation: { id: first.id },
  })
  expect(run.conversation('a').usernameKey).toBeNull()
  expect(run.conversation('b').usernameKey).toBe('lan')
})

test('failures come in one order: the username, the version, the channel; and a failing item leaves nothing', () => {
  const run = planning()
  run.write([], { customerId: 'b', usernameKey: 'lan' })
  run.write([], { channel: 'messenger' })
  const before = run.conversation()
  const everythingWrong = { usernameKey: 'lan', expectedVersion: 7, channel: 'sms' }
  expect(run.fails([said('m1', 1)], everythingWrong)).toEqual({
    code: 'USERNAME_TAKEN',
    details: { conversationId: run.conversation('b').id },
  })
  expect(run.fails([said('m1', 1)], { ...everythingWrong, usernameKey: null })).toEqual({
    code: 'VERSION_CONFLICT',
    details: { expected: 7, actual: 0 },
  })
  expect(run.fails([said('m1', 1)], { channel: 'sms' })).toEqual({
    code: 'INBOX_CHANNEL_MISMATCH',
    details: { expected: 'messenger', actual: 'sms' },
  })
  expect(run.conversation()).toEqual(before)
  expect(run.messages()).toEqual([])
})

test('expectedVersion is about the active conversation: a closed one is absent, and 0 is a version', () => {
  const { run } = afterClosing()
  expect(run.fails([said('m2', 2)], { expectedVersion: 0 })).toEqual({ code: 'VERSION_CONFLICT', details: { expected: 0, actual: null } })
  expect(run.write([said('m2', 2)], { expectedVersion: 'absent' }).outcome).toBe('created')
  expect(run.fails([said('m3', 3)], { expectedVersion: 'absent' })).toEqual({
    code: 'VERSION_CONFLICT',
    details: { expected: 'absent', actual: 0 },
  })
  expect(run.write([said('m3', 3)], { expectedVersion: 0 }).outcome).toBe('updated')
})

test('api stands for no channel yet: the first one named is set, and fixed from then on', () => {
  const run = planning()
  run.write([])
  expect(run.conversation().channel).toBe('api')
  expect(run.write([], { channel: 'telegram' })).toMatchObject({ outcome: 'updated', conversation: { channel: 'telegram', version: 1 } })
  expect(run.own().channel).toBe('telegram')
  expect(run.fails([], { channel: 'api' }).code).toBe('INBOX_CHANNEL_MISMATCH')
})

test('a patch is an event-less change: what is equal changes nothing', () => {
  const run = planning()
  run.write([], { patch: { nickname: 'Lan', metadata: { a: 1, b: [1, { c: null }] } } })
  expect(run.write([], { patch: { metadata: { b: [1, { c: null }], a: 1 } } })).toMatchObject({
    outcome: 'unchanged',
    conversation: { version: 0 },
  })
  expect(run.write([], { patch: { nickname: null } })).toMatchObject({ outcome: 'updated', conversation: { nickname: null, version: 1 } })
})

test('one item adds one to the version, however much it changes', () => {
  const run = planning()
  run.write([said('m1', 1)])
  run.write([said('m2', 2), said('m3', 3), fact('postback', 4)], { patch: { nickname: 'Lan' }, channel: 'messenger' })
  expect(run.conversation()).toMatchObject({ version: 1, lastSeq: 3, operations: [{ outcome: 'created' }, { outcome: 'updated' }] })
})

test('the channel’s name for a customer names the contact until a person types one', () => {
  const run = planning()
  run.write([], { patch: { customerName: 'Lan' } })
  const contact = () => run.account.people.contacts.get(run.conversation().contactId)
  expect(contact()).toMatchObject({ name: 'Lan', nameSource: 'channel' })
  run.write([], { patch: { customerName: 'Lan N.' } })
  expect(contact()).toMatchObject({ name: 'Lan N.', nameSource: 'channel' })
  const typed = contact()
  if (typed) run.account.people.putContact({ ...typed, name: 'Ms Nguyen', nameSource: 'person' })
  run.write([], { patch: { customerName: 'Lan' } })
  expect(contact()).toMatchObject({ name: 'Ms Nguyen', nameSource: 'person' })
})
