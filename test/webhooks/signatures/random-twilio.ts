import { createHash } from 'node:crypto'
import { parse } from 'node:querystring'
import fc from 'fast-check'
import {
  getExpectedTwilioSignature,
  getSignatureAlgorithm,
  validateRequest,
  validateRequestWithBody,
} from 'twilio/lib/webhooks/webhooks.js'

export const authToken = 'test-twilio-auth-token'
export const sharedKey = 'test-webhooks-shared-key'

/** A request as Twilio may send it, or as somebody else may. */
export interface TwilioCall {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const words = fc.constantFrom(
  '',
  'a',
  ' a ',
  'A',
  'Body',
  'body',
  '1/2 kg @ shop? +1',
  '🍵 ạ',
  "l'été",
  'x&y=z',
  '50%',
  '%27',
  '#1',
  '😀',
  '~*()!',
)
const word = fc.oneof(words, fc.string({ unit: 'grapheme', maxLength: 8 }))
const pairs = fc.array(fc.tuple(word, word), { maxLength: 6 })

const origin = fc.constantFrom(
  'https://hooks.example.test',
  'https://hooks.example.test:443',
  'https://hooks.example.test:8443',
  'http://hooks.example.test',
  'http://hooks.example.test:80',
  'https://user:pass@hooks.example.test',
  'https://[2001:db8::1]',
  'https://[2001:db8::1]:443',
  'HTTPS://Hooks.Example.Test',
)
const path = fc.constantFrom('', '/', '/twilio/acme', '/twilio/%C3%A9', '/twilio/é', "/o'clock", '/a//b/', '/a/../b')
const query = fc.oneof(
  fc.constantFrom('', '?', '?inbox=quan-3&v=2', "?name=l'été", '?name=l%27%C3%A9t%C3%A9', '?a=1&a=2&b', '?q=a+b%20c', '?x=|^{}', '#part'),
  pairs.map((given) => `?${new URLSearchParams(given)}`),
)

/** How the URL that is signed differs from the one that the server sees. */
const change = fc.constantFrom(
  (url: string) => url,
  (url: string) => url.replace(/^(https:\/\/[^/:?#@[\]]+)([/?#]|$)/i, '$1:443$2'),
  (url: string) => url.replace(/^(http:\/\/[^/:?#]+)([/?#]|$)/i, '$1:80$2'),
  (url: string) => url.replace(':443', '').replace(':80', ''),
  (url: string) => new URL(url).toString(),
  (url: string) => url.replaceAll('%27', "'"),
  (url: string) => `${url}x`,
)

const settings = fc.constantFrom(
  null,
  null,
  '',
  'key=k,algorithm=HMAC_SHA256',
  'key=k, algorithm = hmac_sha256 ',
  'key=k,algorithm=HMAC_SHA1',
  'key=k',
  'key=k,algorithm=',
  'key=k,algorithm=HMAC_SHA512',
)
const spoiled = fc.constantFrom('', '', '', 'signature', 'body', 'case', 'padding', 'secret', 'missing')

/** Calls of which about half are genuine. */
export const twilioCall: fc.Arbitrary<TwilioCall> = fc
  .record({ origin, path, query, change, settings, spoiled, isJson: fc.boolean(), pairs })
  .map((parts) => {
    const form = `${new URLSearchParams(parts.pairs)}`
    const body = parts.isJson ? JSON.stringify(parts.pairs).replaceAll('/', '\\/') : form
    const hash = createHash('sha256').update(body).digest('hex')
    const plain = `${parts.origin}${parts.path}${parts.query}`
    const url = parts.isJson ? `${plain.split('#')[0]}${plain.includes('?') ? '&' : '?'}bodySHA256=${hash}` : plain
    const algorithm = getSignatureAlgorithm(parts.settings ?? undefined)
    const known = algorithm === 'HMAC_SHA512' ? 'HMAC_SHA256' : algorithm
    const secret = (parts.settings ?? '') === '' ? authToken : sharedKey
    const signature = getExpectedTwilioSignature(
      parts.spoiled === 'secret' ? 'another' : secret,
      parts.change(url),
      parts.isJson ? {} : { ...parse(form) },
      known,
    )
    return {
      url,
      body: parts.spoiled === 'body' ? `${body}&`.replace(/a|&/, 'b') : body,
      headers: {
        ...(parts.spoiled !== 'missing' && { 'X-Twilio-Signature': spoil(signature, parts.spoiled) }),
        ...(parts.settings !== null && { 'X-Twilio-Webhooks-Signature-Settings': parts.settings }),
      },
    }
  })

function spoil(signature: string, how: string): string {
  if (how === 'case') return signature.toLowerCase()
  if (how === 'padding') return signature.replace(/=+$/, '')
  return how === 'signature' ? `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}` : signature
}

/** What Twilio's own package says of a call. */
export function twilioSays({ url, headers, body }: TwilioCall): boolean {
  const signature = headers['X-Twilio-Signature'] ?? ''
  const settingsHeader = headers['X-Twilio-Webhooks-Signature-Settings'] ?? ''
  const secret = settingsHeader === '' ? authToken : sharedKey
  const algorithm = getSignatureAlgorithm(settingsHeader)
  return url.includes('bodySHA256')
    ? validateRequestWithBody(secret, signature, url, body, algorithm)
    : validateRequest(secret, signature, url, { ...parse(body) }, algorithm)
}
