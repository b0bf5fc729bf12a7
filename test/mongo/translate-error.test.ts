import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { ConversationStoreError } from '../../src/index.js'
import { CommitOutcomeLost, type ErrorOrigin, translateError, translateKnown } from '../../src/mongo/translate-error.js'

/** Makes an error as the driver does. */
function driverError(name: string, fields: { code?: number; labels?: readonly string[]; message?: string } = {}): Error {
  const { code, labels = [], message = 'a secret text of a message' } = fields
  return Object.assign(new Error(message), {
    name,
    ...(code === undefined ? {} : { code }),
    hasErrorLabel: (label: string) => labels.includes(label),
  })
}
const write = { operationId: 'op', written: 'perhaps' } as const
const read = { operationId: null, written: 'nothing' } as const
const inside = { operationId: 'op', written: 'nothing' } as const
const half = { operationId: 'op', written: 'something' } as const
const codeOf = (error: unknown, origin: ErrorOrigin) => (translateError(error, origin) as ConversationStoreError).code

describe("the driver's errors", () => {
  test.each([
    ['a write conflict', driverError('MongoServerError', { code: 112 }), 'CONTENTION'],
    ['a duplicate key', driverError('MongoServerError', { code: 11000 }), 'CONTENTION'],
    ['a duplicate key of a bulk', driverError('MongoBulkWriteError', { code: 11000 }), 'CONTENTION'],
    ['a transaction that is gone', driverError('MongoServerError', { code: 251 }), 'CONTENTION'],
    ['any other transient error', driverError('MongoServerError', { code: 290, labels: ['TransientTransactionError'] }), 'CONTENTION'],
    ['no server to be found', driverError('MongoServerSelectionError'), 'UNAVAILABLE'],
    ['no connection to be had', driverError('MongoWaitQueueTimeoutError'), 'UNAVAILABLE'],
    ['a client that was closed', driverError('MongoNotConnectedError'), 'UNAVAILABLE'],
    ['a server that is no primary', driverError('MongoServerError', { code: 10107 }), 'UNAVAILABLE'],
    ['a cut connection', driverError('MongoNetworkError'), 'COMMIT_OUTCOME_UNKNOWN'],
    ['a socket that the server has ended', Object.assign(new Error('write'), { code: 'EPIPE' }), 'COMMIT_OUTCOME_UNKNOWN'],
    ['a socket that was destroyed', Object.assign(new Error('write'), { code: 'ERR_STREAM_DESTROYED' }), 'COMMIT_OUTCOME_UNKNOWN'],
    ['a cut connection before anything was written', driverError('MongoNetworkError', { labels: ['NoWritesPerformed'] }), 'UNAVAILABLE'],
    ['a reply that took too long', driverError('MongoOperationTimeoutError'), 'COMMIT_OUTCOME_UNKNOWN'],
    ['a write concern that was not met', driverError('MongoWriteConcernError', { code: 64 }), 'COMMIT_OUTCOME_UNKNOWN'],
    ['a server that shuts down', driverError('MongoServerError', { code: 11600 }), 'COMMIT_OUTCOME_UNKNOWN'],
    ['a lost commit', new CommitOutcomeLost('lost', { cause: driverError('MongoNetworkError') }), 'COMMIT_OUTCOME_UNKNOWN'],
    ['a document that is too large', driverError('MongoServerError', { code: 10334 }), 'PAYLOAD_TOO_LARGE'],
    [
      'a document that the driver can not write',
      Object.assign(new RangeError('offset'), { code: 'ERR_OUT_OF_RANGE' }),
      'PAYLOAD_TOO_LARGE',
    ],
    [
      'a document that the driver refuses',
      driverError('MongoInvalidArgumentError', { message: 'Document is larger than the maximum size 16777216, a secret' }),
      'PAYLOAD_TOO_LARGE',
    ],
    ["a validator of the host's", driverError('MongoServerError', { code: 121 }), 'VALIDATION_FAILED'],
    ['a missing right', driverError('MongoServerError', { code: 13 }), 'UNSUPPORTED'],
    ['an aborted signal', Object.assign(new Error('aborted'), { name: 'AbortError' }), 'ABORTED'],
  ])('%s, on a write', (_, error, code) => {
    const translated = translateError(error, write)
    expect(translated).toMatchObject({ name: 'ConversationStoreError', code })
    expect(JSON.stringify(translated)).not.toContain('secret')
  })

  test("say that the host's time limit is not worth another attempt, and the server's own is", () => {
    const limited = driverError('MongoServerError', { code: 50 })
    for (const origin of [write, read, inside]) {
      expect(translateError(limited, origin)).toMatchObject({ code: 'UNAVAILABLE', retryable: false, outcome: 'not_applied' })
    }
    expect(codeOf(driverError('MongoWriteConcernError', { code: 50 }), write)).toBe('COMMIT_OUTCOME_UNKNOWN')
    expect(translateError(driverError('MongoServerError', { code: 262 }), read)).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
  })

  test('lose nothing on a read, nor in a transaction that is not committed', () => {
    for (const error of [driverError('MongoNetworkError'), driverError('MongoServerError', { code: 11600 })]) {
      expect(codeOf(error, read)).toBe('UNAVAILABLE')
      expect(codeOf(error, inside)).toBe('UNAVAILABLE')
    }
  })

  test('that nobody knows go by what was written', () => {
    const unknown = driverError('MongoServerError', { code: 987_654 })
    for (const origin of [write, half]) expect(codeOf(unknown, origin)).toBe('COMMIT_OUTCOME_UNKNOWN')
    for (const origin of [read, inside]) expect(translateError(unknown, origin)).toMatchObject({ code: 'UNAVAILABLE', retryable: false })
    expect(codeOf(driverError('MongoInvalidArgumentError'), write)).toBe('UNAVAILABLE')
    expect(translateKnown(unknown, read)).toBe(unknown)
  })

  test('after a command that was applied leave the outcome unknown, whatever they are', () => {
    for (const name of ['MongoServerSelectionError', 'MongoNetworkError', 'MongoAPIError'])
      expect(codeOf(driverError(name), half)).toBe('COMMIT_OUTCOME_UNKNOWN')
    for (const code of [50, 10107, 43]) expect(codeOf(driverError('MongoServerError', { code }), half)).toBe('COMMIT_OUTCOME_UNKNOWN')
  })

  test('leave no document and no key in the cause', () => {
    const bulk = Object.assign(driverError('MongoBulkWriteError', { code: 987_654 }), {
      message: 'E987654 it failed: { text: "a secret text" }',
      writeErrors: [{ err: { op: { text: 'a secret text' } } }],
      result: { insertedIds: ['a secret id'] },
    })
    const key = Object.assign(driverError('MongoServerError', { code: 11000 }), {
      message: 'E11000 duplicate key error collection: db.messages index: by_id dup key: { id: "a secret id" }',
      keyValue: { id: 'a secret id' },
    })
    for (const error of [bulk, key]) {
      const { cause } = translateError(error, inside) as ConversationStoreError
      expect(inspect(cause, { showHidden: true, depth: 9 })).not.toContain('secret')
      expect(cause).toMatchObject({ name: error.name, message: expect.stringMatching(/^E(987654 it failed:|11000 duplicate key error)/) })
    }
  })

  test('that are bugs stay as they are', () => {
    for (const error of [new TypeError('x'), 'text']) expect(translateError(error, write)).toBe(error)
  })

  test('are not translated twice', () => {
    const error = new ConversationStoreError('NOT_FOUND', { what: 'conversation' })
    expect(translateError(error, write)).toBe(error)
  })
})
