import { Int32, Long, MongoClient, MongoNetworkError, MongoServerError } from 'mongodb'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ConversationStoreError, createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { serverCode, translateError } from '../../src/mongo/translate-error.js'

const ofRead = { operationId: null, written: 'nothing' } as const

async function failureWith(url: string): Promise<ConversationStoreError> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 200 })
  onTestFinished(() => client.close())
  const store = createConversationStore({ adapter: mongo({ client, db: 'chat' }), retry: { attempts: 2, baseMs: 0, maxMs: 0 } })
  const failure: unknown = await store
    .forAccount('acme')
    .countConversations()
    .catch((error: unknown) => error)
  return failure as ConversationStoreError
}

describe('a connection that can not be made tells why, where, and what to do', () => {
  test('when nothing listens, and may be tried again', async () => {
    const { code, details, message, retryable } = await failureWith('mongodb://lan:p%40ss%2Fword@127.0.0.1:9/?directConnection=true')
    expect([code, retryable]).toEqual(['UNAVAILABLE', true])
    expect(details).toEqual({ attempts: 2, cause: { code: 'REFUSED', host: '127.0.0.1:9', driverCode: 'ECONNREFUSED' } })
    expect(message).toBe(
      'UNAVAILABLE: 127.0.0.1:9 refused the connection: see that the server runs there and listens on that port (ECONNREFUSED); nothing was written in 2 attempt(s), send the call again later',
    )
    expect(message).not.toMatch(/p@ss|p%40ss|lan/)
  })

  test('when the name of the host is not known', async () => {
    const { details, message } = await failureWith('mongodb://db.invalid:27017/?directConnection=true')
    expect(details).toMatchObject({ cause: { code: 'HOST_NOT_FOUND', host: 'db.invalid:27017' } })
    expect(message).toContain('the name of db.invalid:27017 is not known: check the host in the connection string, and the name server')
  })

  test('when the names of a mongodb+srv URL can not be looked up', () => {
    const error = Object.assign(new Error('querySrv ENOTFOUND _mongodb._tcp.db.invalid'), {
      code: 'ENOTFOUND',
      syscall: 'querySrv',
      hostname: '_mongodb._tcp.db.invalid',
    })
    expect(translateError(error, ofRead)).toMatchObject({
      code: 'UNAVAILABLE',
      details: { cause: { code: 'HOST_NOT_FOUND', host: '_mongodb._tcp.db.invalid', driverCode: 'ENOTFOUND' } },
    })
  })

  test.each([
    [
      18,
      'UNSUPPORTED',
      'AUTHENTICATION',
      'the server refused the user or the password: check both in the connection string (18); this call needs',
    ],
    [
      13,
      'UNSUPPORTED',
      'RIGHTS',
      'the server does not allow it to this user: grant the right, or connect as another user (13); this call needs',
    ],
    [10107, 'UNAVAILABLE', 'NO_PRIMARY', 'the server has no primary that takes writes'],
    [50, 'UNAVAILABLE', 'STATEMENT_STOPPED', 'the server stopped the statement'],
  ])('when the server says %i, in whichever type the client reads it', (number, code, cause, text) => {
    for (const value of [number, new Int32(number), Long.fromNumber(number), BigInt(number)]) {
      const error = new MongoServerError({ message: 'x', code: value })
      expect(serverCode(error)).toBe(number)
      expect(translateError(error, ofRead)).toMatchObject({
        code,
        details: { cause: { code: cause, driverCode: String(number) } },
        message: expect.stringContaining(text),
      })
    }
  })

  test.each(['DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_SSL_WRONG_VERSION_NUMBER', 'CERT_HAS_EXPIRED'])(
    'when encryption fails with %s, which is sent once',
    (code) => {
      const network = new MongoNetworkError('x', { cause: Object.assign(new Error('x'), { code }) })
      const selection = Object.assign(new MongoNetworkError('x'), {
        reason: { servers: new Map([['db.test:27017', { type: 'Unknown', error: network }]]) },
      })
      Object.defineProperty(selection, 'name', { value: 'MongoServerSelectionError' })
      expect(translateError(selection, ofRead)).toMatchObject({
        code: 'UNSUPPORTED',
        retryable: false,
        details: { cause: { code: 'TLS', host: 'db.test:27017', driverCode: code } },
      })
    },
  )
})
