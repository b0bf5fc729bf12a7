import { describe, expectTypeOf, it } from 'vitest'
import { type AnyConversationStoreError, ConversationStoreError, type ErrorCode, isConversationStoreError } from '../../src/index.js'

/** Written as a host would write it. Without the union of errors this function does not compile. */
function inWords(error: unknown): string {
  if (!isConversationStoreError(error)) return 'another error'
  switch (error.code) {
    case 'VERSION_CONFLICT':
      expectTypeOf(error).toEqualTypeOf<ConversationStoreError<'VERSION_CONFLICT'>>()
      return `${error.details.expected} and not ${error.details.actual}`
    case 'VALIDATION_FAILED':
      return error.details.issues.map(({ path }) => path).join()
    case 'UNAVAILABLE':
    case 'CONTENTION':
      return `after ${error.details.attempts}`
    default:
      return error.message
  }
}

describe('the type of an error', () => {
  it('has the details of the code that a switch has found', ({ expect }) => {
    expect(inWords(new ConversationStoreError('VERSION_CONFLICT', { expected: 1, actual: 2 }))).toBe('1 and not 2')
    expect(inWords(new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path: 'oaId', message: 'is required' }] }))).toBe('oaId')
    expect(inWords(new ConversationStoreError('UNAVAILABLE', { attempts: 3 }))).toBe('after 3')
  })

  it('is a member of the union for every code, and is still named by its code', () => {
    expectTypeOf<AnyConversationStoreError['code']>().toEqualTypeOf<ErrorCode>()
    expectTypeOf<ConversationStoreError<'NOT_FOUND'>>().toExtend<AnyConversationStoreError>()
    expectTypeOf<AnyConversationStoreError>().toExtend<ConversationStoreError>()
  })
})
