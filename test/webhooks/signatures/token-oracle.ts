import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import jwt from 'jsonwebtoken'
import { expect } from 'vitest'
import { evolutionSignature } from '../../../src/webhooks/index.js'

const jwtKey = 'test-evolution-jwt-key'
/** The clock of the checks, in seconds. */
const now = 1_790_000_000

const rarely = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) => fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: odd })

const claims = fc.record(
  {
    app: fc.constant('evolution'),
    action: fc.constant('webhook'),
    iat: fc.integer({ min: now - 700, max: now + 100 }),
    exp: rarely<unknown>(fc.integer({ min: now - 2, max: now + 600 }), fc.constantFrom(now - 1, now, now + 1, `${now + 100}`)),
    nbf: rarely<unknown>(fc.integer({ min: now - 600, max: now }), fc.constantFrom(now + 1, 'soon')),
  },
  { requiredKeys: ['app', 'action', 'exp'] },
)
const parts = fc.record({
  head: rarely<object>(
    fc.constantFrom({ alg: 'HS256', typ: 'JWT' }, { alg: 'HS256' }),
    fc.constantFrom({ alg: 'none' }, { alg: 'HS512' }, { alg: 'hs256' }, { alg: 'RS256' }, { typ: 'JWT' }),
  ),
  claims,
  key: rarely(fc.constant(jwtKey), fc.constant('another')),
  hash: rarely(fc.constant('sha256'), fc.constant('sha512')),
  cut: rarely(fc.constant(0), fc.constantFrom(1, 43)),
})

/** A token as Evolution makes it, or as somebody else may. Some of them are genuine. */
const token = parts.map((part) => {
  const signed = [part.head, part.claims].map((json) => Buffer.from(JSON.stringify(json)).toString('base64url')).join('.')
  const signature = createHmac(part.hash, part.key).update(signed).digest('base64url')
  return `${signed}.${signature.slice(0, Math.max(0, signature.length - part.cut))}`
})

/** Random tokens: our answer is that of the package `jsonwebtoken`. Returns how many of them were genuine. */
export async function sameAsJsonwebtoken(tokens: number): Promise<number> {
  let genuine = 0
  await fc.assert(
    fc.asyncProperty(token, async (given) => {
      const request = { headers: { authorization: `Bearer ${given}` }, body: '{}' }
      const { valid } = await evolutionSignature(request, { jwtKey, now: () => new Date(now * 1000 + 500) })
      expect(valid).toBe(jsonwebtokenSays(given))
      if (valid) genuine += 1
    }),
    { numRuns: tokens },
  )
  return genuine
}

function jsonwebtokenSays(given: string): boolean {
  try {
    jwt.verify(given, jwtKey, { algorithms: ['HS256'], clockTimestamp: now })
    return true
  } catch {
    return false
  }
}
