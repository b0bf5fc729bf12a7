import { expect, test } from 'vitest'
import { at, planning } from './planning-kit.js'
import { failedToSend, receipt, replied, said, sending, sent, watermark } from './stamped-events.js'

test('a watermark reaches what was sent up to it, also what is stored later', () => {
  const run = planning()
  run.write([replied('m1', 1), replied('m3', 30)])
  expect(run.write([watermark('read', 10, 12)])).toMatchObject({ outcome: 'unchanged', events: ['applied'] })
  run.write([replied('m2', 5)])
  expect(run.message('m1')).toMatchObject({ readAt: at(12), status: 'read' })
  expect(run.message('m2')).toMatchObject({ readAt: at(12), deliveredAt: null, status: 'read' })
  expect(run.message('m3')).toMatchObject({ readAt: null, status: 'sent' })
})

test('a watermark that comes before anything else creates the contact inbox alone', () => {
  const run = planning()
  expect(run.write([watermark('delivered', 10, 12)])).toEqual({
    ok: true,
    outcome: 'unchanged',
    conversation: null,
    events: ['unchanged'],
    conflicts: [],
  })
  expect(run.account.conversations.rows.size).toBe(0)
  run.write([replied('m1', 1)])
  expect(run.message('m1')).toMatchObject({ deliveredAt: at(12), status: 'delivered' })
})

test('a watermark never moves back, and reaches a reply when the channel confirms it', () => {
  const run = planning()
  run.write([sending('l1', 1)])
  run.write([watermark('read', 10, 12), watermark('read', 5, 20)])
  expect(run.own().readWatermark).toEqual({ upTo: at(10), at: at(12) })
  run.write([sent('l1', 'm1', 7)])
  expect(run.message('m1')).toMatchObject({ sentAt: at(7), readAt: at(12), status: 'read' })
})

test('a late receipt never downgrades a status, and the earliest time of each is kept', () => {
  const run = planning()
  run.write([replied('m1', 1)])
  expect(run.write([receipt('m1', 9, 'read')]).events).toEqual(['applied'])
  expect(run.write([receipt('m1', 8, 'delivered')]).events).toEqual(['applied'])
  expect(run.write([receipt('m1', 7, 'read')]).events).toEqual(['applied'])
  expect(run.write([receipt('m1', 10, 'read')]).events).toEqual(['unchanged'])
  expect(run.message('m1')).toMatchObject({ status: 'read', readAt: at(7), deliveredAt: at(8), sentAt: at(1) })
  expect(run.conversation().version).toBe(0)
  expect(run.events()).toHaveLength(1)
})

test('a receipt or a watermark leaves inbound messages and failed ones alone', () => {
  const run = planning()
  run.write([said('m1', 1), replied('m2', 2)])
  expect(run.write([receipt('m1', 3, 'read')]).events).toEqual(['unchanged'])
  run.write([receipt('m2', 3, 'failed', 'blocked')])
  run.write([watermark('read', 9, 10)])
  expect(run.message('m1')).toMatchObject({ status: null, readAt: null })
  expect(run.message('m2')).toMatchObject({ status: 'failed', error: 'blocked', readAt: null })
})

test('a reply that failed and was then sent is sent', () => {
  const run = planning()
  run.write([sending('l1', 1)])
  expect(run.messages()).toMatchObject([{ status: 'pending' }])
  run.write([failedToSend('l1', 2, 'timeout')])
  expect(run.messages()).toMatchObject([{ status: 'failed', error: 'timeout' }])
  run.write([sent('l1', 'm1', 3)])
  expect(run.message('m1')).toMatchObject({ status: 'sent', failedAt: at(2) })
})
