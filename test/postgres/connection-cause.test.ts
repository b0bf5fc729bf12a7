import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { Pool, type PoolConfig } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ConversationStoreError, createConversationStore } from '../../src/index.js'
import { postgres } from '../../src/postgres/index.js'
import { translateError } from '../../src/postgres/translate-error.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'

/** A server that answers the first packet of a connection by itself. Returns its port and how often it was called. */
async function answering(answer: (socket: Socket) => void) {
  let calls = 0
  const server = createServer((socket) => {
    calls++
    socket.on('error', () => {})
    socket.once('data', () => answer(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, calls: () => calls }
}

function refusing(state: string, message: string): (socket: Socket) => void {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${state}\0M${message}\0\0`)
  const head = Buffer.from([0x45, 0, 0, 0, 0])
  head.writeInt32BE(fields.length + 4, 1)
  return (socket) => socket.end(Buffer.concat([head, fields]))
}

async function failureWith(config: PoolConfig): Promise<ConversationStoreError> {
  const pool = new Pool(config)
  onTestFinished(() => pool.end())
  const store = createConversationStore({ adapter: postgres({ pool }), retry: { attempts: 3, baseMs: 0, maxMs: 0 } })
  const failure: unknown = await store
    .forAccount('acme')
    .countConversations()
    .catch((error: unknown) => error)
  return failure as ConversationStoreError
}

const secretUrl = (host: string) => `postgres://lan:p%40ss%2Fword@${host}/chat`

describe('a connection that can not be made tells why, where, and what to do', () => {
  test('when nothing listens, and may be tried again', async () => {
    const { code, details, message, retryable } = await failureWith({ connectionString: secretUrl('127.0.0.1:9') })
    expect([code, retryable]).toEqual(['UNAVAILABLE', true])
    expect(details).toEqual({ attempts: 3, cause: { code: 'REFUSED', host: '127.0.0.1:9', driverCode: 'ECONNREFUSED' } })
    expect(message).toBe(
      'UNAVAILABLE: 127.0.0.1:9 refused the connection: see that the server runs there and listens on that port (ECONNREFUSED); nothing was written in 3 attempt(s), send the call again later',
    )
  })

  test.each([
    [
      '28P01',
      'password authentication failed for user "lan"',
      'AUTHENTICATION',
      'refused the user or the password: check both in the connection string (28P01); this call needs a user and password that the server accepts',
    ],
    [
      '3D000',
      'database "chat" does not exist',
      'DATABASE_NOT_FOUND',
      'has no such database: check its name in the connection string, or create it (3D000); this call needs a database that exists; check the name in the connection string',
    ],
    ['28000', 'no pg_hba.conf entry for host "127.0.0.1", user "lan", database "chat", no encryption', 'TLS', null],
  ])('when the server says %s, which is sent once', async (state, text, cause, line) => {
    const { port, calls } = await answering(refusing(state, text))
    const { code, details, message, retryable } = await failureWith({ connectionString: secretUrl(`127.0.0.1:${port}`) })
    expect([code, retryable, calls()]).toEqual(['UNSUPPORTED', false, 1])
    expect(details).toMatchObject({ cause: { code: cause, host: `127.0.0.1:${port}`, driverCode: state } })
    if (line !== null) expect(message).toBe(`UNSUPPORTED: 127.0.0.1:${port} ${line}`)
    expect(message).not.toMatch(/p@ss|p%40ss|word@|lan/)
  })

  test('when the server has no encryption, which is sent once', async () => {
    const { port, calls } = await answering((socket) => socket.write('N'))
    const { message, retryable } = await failureWith({ connectionString: secretUrl(`127.0.0.1:${port}`), ssl: true })
    expect([retryable, calls()]).toEqual([false, 1])
    expect(message).toBe(
      `UNSUPPORTED: no encrypted connection to 127.0.0.1:${port} could be agreed on: check the certificates and the setting of TLS in the connection string; this call needs a connection whose encryption both sides accept`,
    )
  })

  test('when the server does not answer, or takes no more connections, which may be tried again', async () => {
    const silent = await answering(() => {})
    const late = await failureWith({ host: '127.0.0.1', port: silent.port, connectionTimeoutMillis: 50 })
    expect(late).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      details: { cause: { code: 'TIMEOUT', host: `127.0.0.1:${silent.port}` } },
    })
    const full = await answering(refusing('53300', 'too many clients already'))
    expect(await failureWith({ host: '127.0.0.1', port: full.port })).toMatchObject({
      retryable: true,
      details: { cause: { code: 'TOO_MANY_CONNECTIONS', driverCode: '53300' } },
    })
  })

  test('when the name of the host is not known', async () => {
    const error = Object.assign(new Error('getaddrinfo ENOTFOUND db.invalid'), { code: 'ENOTFOUND', hostname: 'db.invalid' })
    expect(translateError(error, { operationId: null, inTransaction: false })).toMatchObject({
      code: 'UNAVAILABLE',
      details: { cause: { code: 'HOST_NOT_FOUND', host: 'db.invalid', driverCode: 'ENOTFOUND' } },
      message: expect.stringContaining('the name of db.invalid is not known: check the host in the connection string, and the name server'),
    })
  })

  test.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TLS'],
    ['CERT_HAS_EXPIRED', 'TLS'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'TLS'],
    ['EHOSTUNREACH', 'UNREACHABLE'],
    ['ECONNRESET', 'CONNECTION_LOST'],
    ['57P03', 'STARTING'],
    ['53100', 'NO_SPACE'],
    ['57014', 'STATEMENT_STOPPED'],
    ['42501', 'RIGHTS'],
  ])('when the driver says %s', (driverCode, code) => {
    const error = Object.assign(new Error('x'), { code: driverCode })
    expect(translateError(error, { operationId: null, inTransaction: false })).toMatchObject({ details: { cause: { code, driverCode } } })
  })

  test('and no part of a password that ends too soon', async () => {
    for (const connectionString of ['postgres://lan:1?secret@127.0.0.1:9/chat', 'postgres://lan:1/secret@127.0.0.1:9/chat']) {
      const failure = await failureWith({ connectionString, host: '127.0.0.1', port: 9 })
      expect(JSON.stringify([failure, failure.message])).not.toMatch(/secret/)
    }
  })
})

test.skipIf(isServerAbsent('postgres'))('a server that only reads is told as that, and asked once', async () => {
  const pool = new Pool({ connectionString: serverUrl('postgres'), options: '-c default_transaction_read_only=on' })
  onTestFinished(() => pool.end())
  const failure: unknown = await createConversationStore({ adapter: postgres({ pool, schema: 'read_only_here' }) })
    .migrate()
    .catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'UNAVAILABLE',
    retryable: false,
    details: { cause: { code: 'READ_ONLY', driverCode: '25006' } },
    message:
      'UNAVAILABLE: the server only reads: connect to the primary, or end what makes it read-only (25006); nothing was written, and the same call would be refused again',
  })
})
