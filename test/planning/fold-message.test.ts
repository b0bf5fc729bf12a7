import { expect, test } from 'vitest'
import { at, planning } from './planning-kit.js'
import { deleted, edited, reacted, receipt, replied, said, sending, sent } from './stamped-events.js'

test('an echo that came before the link folds into the reply, and leaves a gap', () => {
  const run = planning()
  run.write([sending('l1', 1, { text: 'hello' })])
  run.write([replied('m1', 2, { text: 'hello' })])
  run.write([said('m2', 3)])
  run.write([said('m3', 4)])
  const before = run.conversation()
  const result = run.write([sent('l1', 'm1', 5)])
  expect(result).toMatchObject({ outcome: 'unchanged', events: ['stored'] })
  expect(run.messages().map(({ seq, messageId, localId }) => [seq, messageId, localId])).toEqual([
    [1, 'm1', 'l1'],
    [3, 'm2', null],
    [4, 'm3', null],
  ])
  // The echo's own time is an answer's no longer.
  expect(run.conversation()).toEqual({ ...before, lastEventSeq: before.lastEventSeq + 1, lastAnswerAt: at(1) })
})

test('the seq of a folded echo is given to no other message, not even when it was the last', () => {
  const run = planning()
  run.write([sending('l1', 1), replied('m1', 2)])
  run.write([sent('l1', 'm1', 3)])
  expect(run.conversation()).toMatchObject({ lastSeq: 2 })
  run.write([said('m2', 4)])
  expect(run.messages().map(({ seq }) => seq)).toEqual([1, 3])
})

test('a reply that stands after its echo keeps its seq', () => {
  const run = planning()
  run.write([replied('m1', 1, { text: 'hello' }), said('m2', 2), sending('l1', 3, { text: 'hello' })])
  run.write([sent('l1', 'm1', 4)])
  expect(run.messages().map(({ seq, messageId, localId }) => [seq, messageId, localId])).toEqual([
    [2, 'm2', null],
    [3, 'm1', 'l1'],
  ])
})

test('the reply takes over what became of its echo', () => {
  const run = planning()
  run.write([sending('l1', 1, { text: 'hello' })])
  run.write([replied('m1', 2, { text: 'hello', replyTo: 'm0' })])
  run.write([edited('m1', 3, 'hello!'), reacted('m1', 4, '👍'), receipt('m1', 5, 'delivered')])
  run.write([sent('l1', 'm1', 6)])
  expect(run.message('m1')).toMatchObject({
    localId: 'l1',
    text: 'hello!',
    editedAt: at(3),
    sentAt: at(2),
    deliveredAt: at(5),
    status: 'delivered',
    replyTo: 'm0',
    reactionMarks: [{ emoji: '👍' }],
  })
})

test('a conversation that showed the echo shows the reply', () => {
  const run = planning()
  run.write([sending('l1', 1, { text: 'hello' })])
  run.write([replied('m1', 2, { text: 'hello' }), edited('m1', 3, 'hello!')])
  run.write([sent('l1', 'm1', 4)])
  expect(run.conversation()).toMatchObject({ lastMessageRowId: run.message('m1').id, lastMessagePreview: 'hello!', lastMessageAt: at(2) })
})

test('a conversation that showed a deleted echo shows nothing', () => {
  const run = planning()
  run.write([sending('l1', 1, { text: 'hello', attachments: [{ type: 'image', url: null, name: null, payload: null }] })])
  run.write([replied('m1', 2), deleted('m1', 3)])
  run.write([sent('l1', 'm1', 4)])
  expect(run.message('m1')).toMatchObject({ localId: 'l1', text: '', attachments: [], deletedAt: at(3) })
  expect(run.conversation().lastMessagePreview).toBeNull()
})

test('an echo in another conversation leaves that one, which shows its latest message again', () => {
  const run = planning()
  run.write([sending('l1', 1, { text: 'hello' })])
  const first = run.close()
  run.write([said('m2', 2, { text: 'still there?' })])
  run.write([replied('m1', 3, { text: 'hello' })])
  const second = run.conversation()
  expect(second).toMatchObject({ lastSeq: 2, lastMessagePreview: 'hello' })
  const result = run.write([sent('l1', 'm1', 4)])
  expect(result.conversation?.id).toBe(first.id)
  expect(run.conversation()).toMatchObject({
    id: second.id,
    lastSeq: 2,
    lastMessagePreview: 'still there?',
    version: second.version + 1,
    lastMessageAt: at(3),
  })
  expect(run.message('m1').conversationId).toBe(first.id)
})

test('an echo that already carries another reply’s id is another reply', () => {
  const run = planning()
  run.write([sending('l1', 1)])
  run.write([replied('m1', 2, { localId: 'l2' })])
  const result = run.write([sent('l1', 'm1', 3)])
  expect(result.outcome).toBe('unchanged')
  expect(run.messages().map(({ messageId, localId }) => [messageId, localId])).toEqual([
    [null, 'l1'],
    ['m1', 'l2'],
  ])
})

test('a known echo that brings both ids links them as an answer of the channel does', () => {
  const run = planning()
  run.write([sending('l1', 1), said('m2', 2)])
  const result = run.write([replied('m1', 3, { localId: 'l1' })])
  expect(result).toMatchObject({ outcome: 'unchanged', events: ['duplicate'] })
  expect(run.message('m1')).toMatchObject({ localId: 'l1', seq: 1, status: 'sent', sentAt: at(3) })
})
