import { expect, test } from 'vitest'
import { ConversationStoreError } from '../../../src/index.js'
import { limits } from '../../../src/model/limits.js'
import { keptFailure } from '../../../src/webhooks/journal/kept-report.js'

test('the journal keeps the beginning of a failure that says very much, without what a database can not hold', () => {
  const issues = [{ path: 'events', message: `\0${'🍵'.repeat(5_000)}` }]
  const { error, message } = keptFailure(new ConversationStoreError('VALIDATION_FAILED', { issues }))
  expect(error).toBe('VALIDATION_FAILED')
  expect(Buffer.byteLength(String(message))).toBeLessThanOrEqual(limits.nameBytes)
  expect(message).toMatch(/^[^\0]*🍵…$/u)
})
