import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { messenger, parseWebhookBody, zalo } from '../../src/webhooks/index.js'

describe('parseWebhookBody', () => {
  test.each([
    ['24848213377712345', '24848213377712345'],
    ['[9007199254740991,9007199254740992,-9007199254740993]', [9007199254740991, '9007199254740992', '-9007199254740993']],
    ['{"a":8123456789012345679,"b":"8123456789012345679"}', { a: '8123456789012345679', b: '8123456789012345679' }],
    [
      '{"a":"x\\"1234567890123456789","b":"\\\\","c":1234567890123456789}',
      { a: 'x"1234567890123456789', b: '\\', c: '1234567890123456789' },
    ],
    ['[1234567890.1234567890123456,12345678901234567e3,1e400]', [1234567890.1234567, 12345678901234567e3, Number.POSITIVE_INFINITY]],
    ['[1,\n\t-24848213377712345 ]', [1, '-24848213377712345']],
    ['{"a":"1, 24848213377712345","b":{"c":24848213377712345}}', { a: '1, 24848213377712345', b: { c: '24848213377712345' } }],
    ['\uFEFF[1]', [1]],
  ])('reads %s without changing a digit of an integer', (text, expected) => {
    expect(parseWebhookBody(text)).toEqual(expected)
    const bytes = new TextEncoder().encode(text)
    for (const raw of [bytes, bytes.buffer, new DataView(bytes.buffer), Buffer.from(text)]) expect(parseWebhookBody(raw)).toEqual(expected)
  })

  test('returns what was parsed before as it is', () => {
    const body = { object: 'page' }
    expect(parseWebhookBody(body)).toBe(body)
  })

  test.each(['', '{', '{12345678901234567890:1}', '[01234567890123456789]', '"1234567890123456789', new Uint8Array([0xff])])(
    'refuses %j, which is no JSON',
    (raw) => {
      expect(() => parseWebhookBody(raw)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }))
    },
  )

  test('reads any JSON as JSON.parse does, but for integers that a number can not hold', () => {
    const integers = fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n })
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(integers), fc.string({ unit: 'binary' }), (value, big, text) => {
        const json = `{"value":${JSON.stringify(value)},"text":${JSON.stringify(text)},"big":[${big.join()}]}`
        const parsed = parseWebhookBody(json)
        const exact = big.map((each) => (Number.isSafeInteger(Number(each)) ? Number(each) : String(each)))
        expect(parsed).toEqual({ ...JSON.parse(json), value: plain(value), big: exact })
      }),
      { numRuns: 2000 },
    )
  })

  test('is quick with a body of many digits', () => {
    const text = JSON.stringify({ text: `\\"${'9'.repeat(20)} `.repeat(200_000) })
    expect(parseWebhookBody(text)).toEqual(JSON.parse(text))
  })

  test('lets ids be read that were numbers', () => {
    const body = `{"event_name":"user_send_text","sender":{"id":8123456789012345679},"recipient":{"id":1487654321098765432},
      "message":{"msg_id":"m1","text":"x"},"timestamp":1751100041636}`
    expect(zalo.normalize(parseWebhookBody(body)).items).toMatchObject([{ oaId: '1487654321098765432', customerId: '8123456789012345679' }])
    expect(zalo.normalize(JSON.parse(body))).toMatchObject({ outcome: 'invalid' })
    expect(messenger.normalize(parseWebhookBody('[]'))).toMatchObject({ outcome: 'invalid' })
  })
})

/** A random number may be an integer beyond the safe ones, which is a string then. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    Number.isInteger(part) && !Number.isSafeInteger(part) && /^-?\d+$/.test(String(part)) ? String(part) : part,
  )
}
