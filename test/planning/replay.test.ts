import { expect, test } from 'vitest'
import type { StampedEvent } from '../../src/store/adapter.js'
import { at, planning } from './planning-kit.js'
import { edited, fact, reacted, receipt, replied, said, sending } from './stamped-events.js'

test('a replay changes nothing: not the patch, the channel, the username nor a version that no longer holds', () => {
  const run = planning()
  run.write([said('m1', 1)])
  run.write([said('m2', 2)])
  const before = run.conversation()
  const result = run.write([said('m1', 1)], { patch: { nickname: 'Lan' }, channel: 'sms', expectedVersion: 0, usernameKey: 'lan' })
  expect(result).toMatchObject({ outcome: 'duplicate', events: ['duplicate'], conversation: { id: before.id } })
  expect(run.conversation()).toEqual(before)
})

test('a replay after the closing opens nothing, and reports the latest conversation', () => {
  const run = planning()
  run.write([said('m1', 1), fact('postback', 2)])
  const closed = run.close()
  expect(run.write([said('m1', 1), fact('postback', 2)])).toMatchObject({
    outcome: 'duplicate',
    events: ['duplicate', 'duplicate'],
    conversation: { id: closed.id, status: 'closed' },
  })
})

test('one new event among known ones is no replay: the patch counts, and the version is checked', () => {
  const run = planning()
  run.write([said('m1', 1)])
  expect(run.fails([said('m1', 1), said('m2', 2)], { expectedVersion: 5 }).code).toBe('VERSION_CONFLICT')
  const result = run.write([said('m1', 1), said('m2', 2)], { patch: { nickname: 'Lan' } })
  expect(result).toMatchObject({ outcome: 'updated', events: ['duplicate', 'stored'], conversation: { nickname: 'Lan', version: 1 } })
})

test('a replay with a receipt still applies the receipt', () => {
  const run = planning()
  run.write([replied('m1', 1)])
  const result = run.write([replied('m1', 1), receipt('m1', 2, 'read')], { patch: { nickname: 'Lan' } })
  expect(result).toMatchObject({ outcome: 'unchanged', events: ['duplicate', 'applied'], conversation: { nickname: null, version: 0 } })
  expect(run.message('m1').status).toBe('read')
})

test('receipts alone are no replay: their patch counts every time', () => {
  const run = planning()
  run.write([replied('m1', 1), receipt('m1', 2, 'read')])
  const result = run.write([receipt('m1', 2, 'read')], { patch: { nickname: 'Lan' } })
  expect(result).toMatchObject({ outcome: 'updated', events: ['unchanged'], conversation: { nickname: 'Lan' } })
})

test('two of one message in a call are one, and two postbacks in one millisecond are two', () => {
  const run = planning()
  const twice = run.write([said('m1', 1), said('m1', 1)])
  expect(twice.events).toEqual(['stored', 'duplicate'])
  const both = run.write([fact('postback', 2, { dedupeKey: 'red' }), fact('postback', 2, { dedupeKey: 'blue' })])
  expect(both.events).toEqual(['stored', 'stored'])
  expect(run.messages()).toHaveLength(1)
})

test('a postback that came as a message is known by that message’s id', () => {
  const run = planning()
  run.write([fact('postback', 1, { messageId: 'm1' })])
  expect(run.write([said('m1', 1)]).events).toEqual(['duplicate'])
  expect(run.messages()).toEqual([])
})

test('a message that comes under a reply’s local id again is known, whatever it says', () => {
  const run = planning()
  run.write([sending('l1', 1)])
  expect(run.write([sending('l1', 5, { text: 'other' })])).toMatchObject({ outcome: 'duplicate', events: ['duplicate'] })
})

test('one message id under two customers is two messages', () => {
  const run = planning()
  run.write([said('7', 1)])
  expect(run.write([said('7', 1)], { customerId: 'minh' })).toMatchObject({ outcome: 'created', events: ['stored'] })
})

test('an operation that is sent again gets the answer it got, and the conversation as it is now', () => {
  const run = planning()
  const resend = { operationId: 'op', resentAfter: 50 }
  run.write([said('m1', 1)], { operationId: 'op', patch: { nickname: 'Lan' } })
  run.write([said('m2', 2)], { patch: { nickname: 'Lan N.' } })
  expect(run.write([said('m1', 1)], { ...resend, patch: { nickname: 'Lan' } })).toMatchObject({
    outcome: 'created',
    events: ['stored'],
    conversation: { nickname: 'Lan N.', version: 1, lastSeq: 2 },
  })
})

test('an event-less operation that is sent again is not applied twice, also when its conversation was closed and another opened since', () => {
  const run = planning()
  run.write([], { operationId: 'op', patch: { nickname: 'Lan' } })
  const first = run.close()
  run.clock.now = at(700)
  run.write([said('m1', 1)])
  const result = run.write([], { operationId: 'op', resentAfter: 50, patch: { nickname: 'Lan' } })
  expect(result).toMatchObject({ outcome: 'created', conversation: { id: first.id } })
  expect(run.conversation().nickname).toBeNull()
})

test('an operation whose events left rows is recognised by them, though no conversation remembers it', () => {
  const run = planning()
  run.write([said('m1', 1), said('m0', 0)])
  run.write([reacted('m0', 2, '👍'), edited('m0', 2, 'new')], { operationId: 'op' })
  expect(run.write([reacted('m0', 2, '👍'), edited('m0', 2, 'new')], { operationId: 'op', resentAfter: 50 })).toMatchObject({
    outcome: 'unchanged',
    events: ['stored', 'stored'],
  })
  const waiting: readonly StampedEvent[] = [reacted('m9', 2, '👍')]
  run.write(waiting, { operationId: 'op-2' })
  expect(run.write(waiting, { operationId: 'op-2', resentAfter: 50 }).events).toEqual(['waiting'])
})

test('what can not be proved is unknown: 16 operations since, and no event that left a row', () => {
  const run = planning()
  run.write([])
  for (let n = 1; n <= 16; n++) run.write([], { patch: { nickname: `Lan ${n}` } })
  const again = { operationId: 'lost', patch: { nickname: 'Lan' } }
  expect(run.fails([], { ...again, resentAfter: 1000 })).toEqual({ code: 'COMMIT_OUTCOME_UNKNOWN', details: { operationId: 'lost' } })
  expect(run.fails([receipt('m1', 1, 'read')], { ...again, resentAfter: 1000 }).code).toBe('COMMIT_OUTCOME_UNKNOWN')
  expect(run.write([said('m1', 1)], { ...again, resentAfter: 1000 }).outcome).toBe('updated')
})

test('an operation that was first sent after the oldest of 16 marks was never applied', () => {
  const run = planning()
  run.write([])
  for (let n = 1; n <= 16; n++) {
    run.clock.serverNow = new Date(run.clock.serverNow.getTime() + 100)
    run.write([], { patch: { nickname: `Lan ${n}` } })
  }
  const result = run.write([], { operationId: 'lost', resentAfter: 1000, patch: { nickname: 'Lan' } })
  expect(result).toMatchObject({ outcome: 'updated', conversation: { nickname: 'Lan' } })
})
