import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  dialog360Signature,
  evolutionSignature,
  headerSignature,
  metaSignature,
  telegramSignature,
  twilioSignature,
  zaloSignature,
} from '../../../src/webhooks/index.js'

const body = '{"text":"1/2 @ 🍵"}'
const hmacOf = (text: string, secret: string) => createHmac('sha256', secret).update(text).digest('hex')
const signed = (secret: string) => ({ headers: { 'X-Hub-Signature-256': `sha256=${hmacOf(body, secret)}` }, body })

describe('secrets', () => {
  test('while a secret is replaced, either of the two is good, and a third is not', async () => {
    for (const [secret, valid] of [
      ['old', true],
      ['new', true],
      ['third', false],
      ['', false],
    ] as const) {
      expect((await metaSignature(signed(secret), ['old', 'new', ''])).valid).toBe(valid)
    }
  })

  test('a header of the host’s own choice is compared as a whole', async () => {
    const secret = { header: 'X-Webhook-Key', value: ['one', 'two'] }
    for (const check of [headerSignature, dialog360Signature, evolutionSignature]) {
      expect(await check({ headers: { 'x-webhook-key': 'two' }, body }, secret)).toEqual({ valid: true })
      expect(await check({ headers: { 'x-webhook-key': 'tw' }, body }, secret)).toMatchObject({ cause: 'mismatch' })
      expect(await check({ headers: {}, body }, secret)).toMatchObject({ cause: 'unsigned' })
      expect(await check({ headers: { 'x-webhook-key': '' }, body }, { header: 'X-Webhook-Key', value: '' })).toMatchObject({
        cause: 'no_secret',
      })
    }
  })

  test('360dialog’s hex is read with sha256= before it and without', async () => {
    for (const prefix of ['', 'sha256=']) {
      const headers = { 'x-360dialog-signature': `${prefix}${hmacOf(body, 'partner')}` }
      expect(await dialog360Signature({ headers, body }, 'partner')).toEqual({ valid: true })
    }
  })

  test('a rule’s request is never checked with the auth token, nor a plain one with the shared key', async () => {
    const url = 'https://hooks.example.test/twilio'
    const plain = { 'X-Twilio-Signature': createHmac('sha1', 'token').update(`${url}AB`).digest('base64') }
    const request = { headers: plain, body: 'A=B', url }
    expect(await twilioSignature(request, { authToken: 'token' })).toEqual({ valid: true })
    expect(await twilioSignature(request, { sharedKey: 'token' })).toMatchObject({ cause: 'no_secret' })
    const headers = { ...plain, 'X-Twilio-Webhooks-Signature-Settings': 'key=k,algorithm=HMAC_SHA1' }
    expect(await twilioSignature({ ...request, headers }, { authToken: 'token' })).toMatchObject({ cause: 'no_secret' })
    expect(await twilioSignature({ ...request, headers }, { sharedKey: 'token' })).toEqual({ valid: true })
  })
})

test('an algorithm that is not known is refused, whatever the signature is', async () => {
  const url = 'https://hooks.example.test/twilio'
  for (const hash of ['sha1', 'sha256', 'sha512']) {
    const headers = {
      'X-Twilio-Signature': createHmac(hash, 'key').update(`${url}AB`).digest('base64'),
      'X-Twilio-Webhooks-Signature-Settings': 'key=k,algorithm=HMAC_SHA512',
    }
    expect(await twilioSignature({ headers, body: 'A=B', url }, { sharedKey: 'key' })).toMatchObject({ cause: 'malformed' })
  }
})

test('Evolution’s key opens for no other token than that of a webhook', async () => {
  const end = { exp: 1_790_000_600 }
  for (const [claims, valid] of [
    [{ app: 'evolution', action: 'webhook', ...end }, true],
    [{ app: 'shop', action: 'webhook', ...end }, false],
    [{ app: 'evolution', action: 'login', ...end }, false],
    [{ app: 'evolution', action: 'webhook' }, false],
    [null, false],
  ] as const) {
    const signed = [{ alg: 'HS256' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    const token = `${signed}.${createHmac('sha256', 'key').update(signed).digest('base64url')}`
    const secrets = { jwtKey: 'key', now: () => new Date(1_790_000_000_000) }
    expect((await evolutionSignature({ headers: { authorization: `Bearer ${token}` }, body }, secrets)).valid).toBe(valid)
  }
})

describe('reasons', () => {
  test('a body that was parsed before is named', async () => {
    for (const parsed of [JSON.parse(body), [JSON.parse(body)], undefined]) {
      const { reason } = Object(await metaSignature({ ...signed('secret'), body: parsed }, 'secret'))
      expect(reason).toBe('the body was read and parsed before its signature was checked: hand in its raw bytes')
    }
  })

  test('a body that was parsed and written again is named', async () => {
    const asSent = body.replace('/', '\\/')
    const headers = { 'X-Hub-Signature-256': `sha256=${hmacOf(asSent, 'secret')}` }
    expect(await metaSignature({ headers, body: asSent }, 'secret')).toEqual({ valid: true })
    const { reason } = Object(await metaSignature({ headers, body: JSON.stringify(JSON.parse(asSent)) }, 'secret'))
    expect(reason).toContain('parsed before the check and written again')
    const { reason: other } = Object(await metaSignature({ headers, body: `${asSent} ` }, 'secret'))
    expect(other).toBe('the signature belongs to another body or to another secret')
  })

  test('a header that came twice is refused', async () => {
    const { headers } = signed('secret')
    const twice = Object.entries(headers).map(([name, value]) => [name, [value, value]])
    expect(await metaSignature({ headers: Object.fromEntries(twice), body }, 'secret')).toMatchObject({ cause: 'malformed' })
    const header = headers['X-Hub-Signature-256']
    const inBothCases = { 'X-Hub-Signature-256': header, 'x-hub-signature-256': header }
    expect(await metaSignature({ headers: inBothCases, body }, 'secret')).toMatchObject({ cause: 'malformed' })
  })

  test('Zalo’s app is the configured one, else the body’s, also where that is a number of many digits', async () => {
    const text = '{"app_id":102345678901234567,"timestamp":1790000000512}'
    const mac = createHash('sha256').update(`102345678901234567${text}1790000000512key`).digest('hex')
    const request = { headers: { 'X-ZEvent-Signature': `mac=${mac}` }, body: text }
    expect(await zaloSignature(request, 'key')).toEqual({ valid: true })
    expect(await zaloSignature(request, { oaSecretKey: 'key', appId: '102345678901234567' })).toEqual({ valid: true })
    expect(await zaloSignature(request, { oaSecretKey: 'key', appId: '9' })).toMatchObject({ cause: 'mismatch' })
    expect(await zaloSignature({ ...request, body: '{}' }, 'key')).toMatchObject({ cause: 'malformed' })
  })
})

test('no input makes a check throw, and none is valid by accident', async () => {
  const checks = [metaSignature, zaloSignature, telegramSignature, twilioSignature, dialog360Signature, evolutionSignature, headerSignature]
  const hostile = {
    get headers() {
      throw new Error('a getter that throws')
    },
  }
  const names = fc.constantFrom(
    'X-Hub-Signature-256',
    'x-zevent-signature',
    'X-Telegram-Bot-Api-Secret-Token',
    'X-Twilio-Signature',
    'X-Twilio-Webhooks-Signature-Settings',
    'x-360dialog-signature',
    'Authorization',
  )
  const headers = fc.oneof(fc.dictionary(names, fc.anything()), fc.anything())
  const request = fc.oneof(fc.record({ headers, body: fc.anything(), url: fc.anything() }), fc.anything(), fc.constant(hostile))
  await fc.assert(
    fc.asyncProperty(request, fc.anything(), async (given, secrets) => {
      for (const check of checks) expect(await Reflect.apply(check, null, [given, secrets])).toMatchObject({ valid: false })
    }),
    { numRuns: 1000 },
  )
})
