import { expect, test } from 'vitest'
import { at, planning } from './planning-kit.js'
import { deleted, edited, reacted, said } from './stamped-events.js'

test('of several edits the highest number wins, then the latest time, and a tie loses', () => {
  const run = planning()
  run.write([said('m1', 1)])
  run.write([edited('m1', 5, 'two', 2)])
  run.write([edited('m1', 9, 'one', 1)])
  expect(run.message('m1').text).toBe('two')
  run.write([edited('m1', 6, 'two again', 2)])
  expect(run.message('m1').text).toBe('two again')
  const result = run.write([edited('m1', 6, 'tie', 2)])
  expect(run.message('m1')).toMatchObject({ text: 'two again', editNumber: 2, editedAt: at(6) })
  expect(result).toMatchObject({ outcome: 'unchanged', events: ['stored'] })
})

test('an edit is no duplicate of its message, and a replayed edit is one of itself', () => {
  const run = planning()
  run.write([said('m1', 1)])
  const edit = edited('m1', 2, 'new')
  expect(run.write([edit])).toMatchObject({ outcome: 'updated', events: ['stored'] })
  expect(run.write([edit])).toMatchObject({ outcome: 'duplicate', events: ['duplicate'] })
})

test('a deletion empties the message and the preview that showed it, keeps its seq, and outlasts a late edit', () => {
  const run = planning()
  run.write([said('m1', 1), said('m2', 2, { attachments: [{ type: 'image', url: null, name: null, payload: null }] })])
  run.write([deleted('m2', 4)])
  run.write([edited('m2', 3, 'late')])
  expect(run.message('m2')).toMatchObject({ seq: 2, text: '', attachments: [], deletedAt: at(4) })
  expect(run.conversation()).toMatchObject({ lastSeq: 2, lastMessagePreview: null, unreadCount: 2 })
})

test('of two deletions the earlier one counts, whichever comes first', () => {
  for (const times of [
    [4, 3],
    [3, 4],
  ]) {
    const run = planning()
    run.write([said('m1', 1)])
    for (const minute of times) run.write([deleted('m1', minute)])
    expect(run.message('m1').deletedAt).toEqual(at(3))
  }
})

test('an edit or a deletion of a message that is not shown changes no version', () => {
  const run = planning()
  run.write([said('m1', 1), said('m2', 2)])
  expect(run.write([edited('m1', 3, 'new')]).outcome).toBe('unchanged')
  expect(run.write([deleted('m1', 4)]).outcome).toBe('unchanged')
  expect(run.conversation()).toMatchObject({ version: 0, lastMessagePreview: 'text of m2' })
})

test('an edit of an attachment’s caption to nothing shows the attachment', () => {
  const run = planning()
  run.write([said('m1', 1, { attachments: [{ type: 'image', url: null, name: null, payload: null }] })])
  run.write([edited('m1', 2, '')])
  expect(run.conversation().lastMessagePreview).toBe('[image]')
})

test('a sender has one reaction; a newer one replaces it, an older one that comes late does not return', () => {
  const run = planning()
  run.write([said('m1', 1)])
  run.write([reacted('m1', 2, '👍'), reacted('m1', 3, '❤️', 'minh')])
  run.write([reacted('m1', 5, null)])
  run.write([reacted('m1', 4, '😀')])
  expect(run.message('m1').reactionMarks).toEqual([
    { senderId: 'minh', emoji: '❤️', occurredAt: at(3) },
    { senderId: 'customer', emoji: null, occurredAt: at(5) },
  ])
})
