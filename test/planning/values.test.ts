import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareBytes } from '../../src/model/planning/byte-order.js'
import { deliveryStatus } from '../../src/model/planning/delivery-status.js'
import { messagePreview } from '../../src/model/planning/preview.js'
import { sameValue } from '../../src/model/planning/same-value.js'
import { at } from './planning-kit.js'

test('ids are compared as their UTF-8 bytes are', () => {
  const id = fc.string({ unit: 'binary', maxLength: 6 })
  fc.assert(
    fc.property(id, id, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
  expect(compareBytes('\uffff', '\u{10000}')).toBeLessThan(0)
  expect(compareBytes('a', 'ab')).toBeLessThan(0)
})

test('a preview is 160 characters and cuts none in half', () => {
  const none = { attachments: [], deletedAt: null }
  expect(messagePreview({ ...none, text: '😀'.repeat(200) })).toBe('😀'.repeat(160))
  expect(messagePreview({ ...none, text: `a${'😀'.repeat(200)}` })).toBe(`a${'😀'.repeat(159)}`)
  expect(messagePreview({ ...none, text: `${'a'.repeat(159)}👍 more` })).toBe(`${'a'.repeat(159)}👍`)
  expect(messagePreview({ ...none, text: 'hello' })).toBe('hello')
  expect(messagePreview({ ...none, text: '' })).toBeNull()
})

test('a message without a text shows its first attachment, and a deleted one nothing', () => {
  const attachments = ['image', 'file'].map((type) => ({ type, url: null, name: null, payload: null }))
  expect(messagePreview({ text: '', attachments, deletedAt: null })).toBe('[image]')
  expect(messagePreview({ text: 'photo', attachments, deletedAt: null })).toBe('photo')
  expect(messagePreview({ text: '', attachments: [], deletedAt: at(1) })).toBeNull()
})

test('JSON is the same by content, without regard to the order of keys', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => sameValue(value, structuredClone(value))))
  expect(sameValue({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true)
  expect(sameValue({ a: 1 }, { a: 1, b: null })).toBe(false)
  expect(sameValue({ a: 1 }, { b: 1 })).toBe(false)
  expect(sameValue([1, 2], [2, 1])).toBe(false)
  expect(sameValue([], {})).toBe(false)
  expect(sameValue(null, {})).toBe(false)
  expect(sameValue(at(1), at(1))).toBe(true)
  expect(sameValue(at(1), at(2))).toBe(false)
})

test('the delivery status follows from what is kept of the delivery', () => {
  const times = { sentAt: null, acceptedAt: null, deliveredAt: null, readAt: null, failedAt: null }
  const none = { direction: 'outbound' as const, localId: 'l1', ...times, isMarked: false, isBounced: false }
  expect(deliveryStatus(none)).toBe('pending')
  expect(deliveryStatus({ ...none, sentAt: at(1) })).toBe('sent')
  expect(deliveryStatus({ ...none, failedAt: at(1) })).toBe('failed')
  expect(deliveryStatus({ ...none, sentAt: at(1), failedAt: at(1) })).toBe('failed')
  expect(deliveryStatus({ ...none, sentAt: at(2), failedAt: at(1) })).toBe('sent')
  expect(deliveryStatus({ ...none, sentAt: at(1), acceptedAt: at(3), failedAt: at(2) })).toBe('sent')
  expect(deliveryStatus({ ...none, sentAt: at(2), failedAt: at(1), isBounced: true })).toBe('failed')
  expect(deliveryStatus({ ...none, localId: null, sentAt: at(2), failedAt: at(1) })).toBe('failed')
  expect(deliveryStatus({ ...none, sentAt: at(1), failedAt: at(3), readAt: at(2), isMarked: true })).toBe('failed')
  expect(deliveryStatus({ ...none, sentAt: at(1), failedAt: at(3), deliveredAt: at(2) })).toBe('delivered')
  expect(deliveryStatus({ ...none, deliveredAt: at(2), readAt: at(1) })).toBe('read')
  expect(deliveryStatus({ ...none, direction: 'inbound', sentAt: at(1) })).toBeNull()
})
