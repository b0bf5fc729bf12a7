import { expect, test } from 'vitest'
import { at, planning } from './planning-kit.js'
import { deleted, edited, fact, failedToSend, reacted, receipt, replied, said, sending, sent } from './stamped-events.js'

test('an event without a target waits, opens nothing, and creates the contact inbox alone', () => {
  const run = planning()
  const result = run.write([reacted('m1', 1, '👍')])
  expect(result).toEqual({ ok: true, outcome: 'unchanged', conversation: null, events: ['waiting'], conflicts: [] })
  expect(run.own()).toMatchObject({ contactId: null, canonicalId: null })
  expect(run.account.people.contacts.size).toBe(0)
  expect(run.account.conversations.rows.size).toBe(0)
})

test('what waited is applied when its message comes, in the order of its times, and gets its place behind it', () => {
  const run = planning()
  run.write([edited('m1', 3, 'second', 2)])
  run.write([reacted('m1', 2, '👍')])
  run.write([edited('m1', 2, 'first', 1)])
  run.write([said('m1', 1, { text: 'zero' })])
  expect(run.message('m1')).toMatchObject({ text: 'second', editNumber: 2, reactionMarks: [{ emoji: '👍' }] })
  expect(run.events().map(({ eventSeq, type, occurredAt }) => [eventSeq, type, occurredAt])).toEqual([
    [1, 'message', at(1)],
    [2, 'reaction', at(2)],
    [3, 'message_edit', at(2)],
    [4, 'message_edit', at(3)],
  ])
  expect(run.conversation().lastMessagePreview).toBe('second')
})

test('the text of an edit that waited is kept on the message alone', () => {
  const run = planning()
  run.write([edited('m1', 2, 'secret', 1)])
  expect(run.waiting().map(({ payload }) => payload)).toEqual([{ text: 'secret', editNumber: 1 }])
  run.write([said('m1', 1)])
  expect(run.events().map(({ payload }) => payload)).toEqual([null, { editNumber: 1 }])
})

test('a receipt that waited leaves no row once it is applied', () => {
  const run = planning()
  expect(run.write([receipt('m1', 2, 'read')]).events).toEqual(['waiting'])
  expect(run.write([receipt('m1', 2, 'read')]).events).toEqual(['duplicate'])
  run.write([replied('m1', 1)])
  expect(run.message('m1')).toMatchObject({ readAt: at(2), status: 'read' })
  expect(run.events().map(({ type }) => type)).toEqual(['message'])
})

test('an event and the message that it waited for are applied together when one call brings both', () => {
  const run = planning()
  const result = run.write([deleted('m1', 2), said('m1', 1)])
  expect(result).toMatchObject({ outcome: 'created', events: ['stored', 'stored'] })
  expect(run.message('m1')).toMatchObject({ text: '', deletedAt: at(2) })
})

test('a link that came first waits for either message, and what waited for the channel’s id follows it', () => {
  const run = planning()
  run.write([sent('l1', 'm1', 2)])
  run.write([receipt('m1', 3, 'read')])
  run.write([sending('l1', 1)])
  expect(run.message('m1')).toMatchObject({ localId: 'l1', sentAt: at(2), readAt: at(3), status: 'read' })
  expect(run.waiting()).toEqual([])
})

test('a refusal that waited for the host’s id is applied when an echo gets that id', () => {
  const run = planning()
  run.write([failedToSend('l1', 5, 'refused')])
  run.write([sent('l1', 'm1', 2)])
  run.write([replied('m1', 1)])
  expect(run.message('m1')).toMatchObject({ localId: 'l1', failedAt: at(5), error: 'refused', status: 'failed' })
  expect(run.waiting()).toEqual([])
})

test('a referral waits for any conversation, and joins the one that is opened, without changing its version', () => {
  const run = planning()
  expect(run.write([fact('referral', 1)]).events).toEqual(['waiting'])
  expect(run.write([fact('referral', 1)]).events).toEqual(['duplicate'])
  run.write([said('m1', 2)])
  expect(run.conversation().version).toBe(0)
  expect(run.events().map(({ type, eventSeq, payload }) => [type, eventSeq, payload])).toEqual([
    ['message', 1, null],
    ['referral', 2, { ref: 'referral' }],
  ])
})

test('a referral joins the latest conversation even when that is closed, and opens none', () => {
  const run = planning()
  run.write([said('m1', 1)])
  const { id, version } = run.close()
  const result = run.write([fact('referral', 2)])
  expect(result).toMatchObject({ outcome: 'unchanged', events: ['stored'], conversation: { id, version, status: 'closed' } })
})

test('an event goes to its target’s conversation, though it was closed and another is open', () => {
  const run = planning()
  run.write([said('m1', 1)])
  const first = run.close()
  run.write([said('m2', 2)])
  const result = run.write([reacted('m1', 3, '👍')])
  expect(result).toMatchObject({ outcome: 'unchanged', conversation: { id: first.id, version: first.version }, events: ['stored'] })
})

test('an event of the shown message raises the version of the conversation that shows it, and that is reported', () => {
  const run = planning()
  run.write([said('m1', 1)])
  const first = run.close()
  run.write([said('m2', 2)])
  const result = run.write([edited('m1', 3, 'changed')])
  expect(result).toMatchObject({ outcome: 'updated', conversation: { id: first.id, version: 1, lastMessagePreview: 'changed' } })
})

test('what waits for one customer is not applied to another’s message of the same id', () => {
  const run = planning()
  run.write([reacted('m1', 1, '👍')])
  run.write([said('m1', 2)], { customerId: 'minh' })
  expect(run.message('m1', 'minh').reactionMarks).toEqual([])
  expect(run.waiting()).toHaveLength(1)
})
