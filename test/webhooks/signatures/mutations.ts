import fc from 'fast-check'
import { expect } from 'vitest'
import { check, requestOf, type Vector, vectors } from './vectors.js'

/** The schemes whose signature covers the body. The others are changed in their headers alone. */
const coversBody = (scheme: string) => !['telegram', 'evolution_jwt'].includes(scheme)

/** Ways to change a genuine request so that it is none. Each says null where it changes nothing. */
const changes: Readonly<Record<string, (vector: Vector, at: number) => Vector | null>> = {
  'one character of the body': (vector, at) => changedBody(vector, replacedAt(vector.rawBody, at)),
  'a character more in the body': (vector, at) => {
    const place = at % (vector.rawBody.length + 1)
    return changedBody(vector, `${vector.rawBody.slice(0, place)}x${vector.rawBody.slice(place)}`)
  },
  'a body that ends early': (vector, at) => changedBody(vector, vector.rawBody.slice(0, at % vector.rawBody.length)),
  'a body that was parsed and written again': (vector) => rewritten(vector, (value) => JSON.stringify(value)),
  'a body that was parsed and indented': (vector) => rewritten(vector, (value) => JSON.stringify(value, null, 2)),
  'a body with plain slashes': (vector) => changedBody(vector, vector.rawBody.replaceAll('\\/', '/')),
  'a body with escaped slashes': (vector) => changedBody(vector, vector.rawBody.replaceAll('/', '\\/')),
  'a body with an escaped @': (vector) => changedBody(vector, vector.rawBody.replace('@', '\\u0040')),
  'a body with plain emoji': (vector) =>
    changedBody(
      vector,
      vector.rawBody.replace(/(?:\\u[0-9a-f]{4})+/g, (found) => JSON.parse(`"${found}"`)),
    ),
  'a body with escaped letters': (vector) =>
    changedBody(
      vector,
      vector.rawBody.replace(/[^ -~]/g, (unit) => `\\u${hex(unit)}`),
    ),
  'a body with a BOM': (vector) => changedBody(vector, `\uFEFF${vector.rawBody}`),
  'one character of a header': (vector, at) => changedHeader(vector, (value) => replacedAt(value, at)),
  'a header that ends early': (vector, at) => changedHeader(vector, (value) => value.slice(0, at % value.length)),
  'a header with a character more': (vector, at) => changedHeader(vector, (value) => `${value}${at % 10}`),
  'a header in upper case': (vector) => changedHeader(vector, (value) => value.toUpperCase()),
  'a header twice': (vector) => changedHeader(vector, (value) => `${value}, ${value}`),
  'no header': (vector) => ({ ...vector, headers: {} }),
  'another secret': (vector, at) => ({ ...vector, secret: replacedAt(vector.secret, at) }),
  'no secret': (vector) => ({ ...vector, secret: '' }),
  'another URL': (vector, at) => (vector.url === undefined ? null : { ...vector, url: `${vector.url}&x=${at}` }),
}

/** Changes genuine requests in many ways. None is valid then, and none makes its check throw. */
export async function refusesMutations(mutations: number): Promise<void> {
  const genuine = vectors.filter(([, { valid }]) => valid)
  const change = fc.record({ of: fc.constantFrom(...genuine), how: fc.constantFrom(...Object.keys(changes)), at: fc.nat(100_000) })
  let tried = 0
  await fc.assert(
    fc.asyncProperty(change, async ({ of: [scheme, vector], how, at }) => {
      const changed = changes[how]?.(vector, at) ?? null
      fc.pre(changed !== null && (coversBody(scheme) || changed.rawBody === vector.rawBody) && !meansTheSame(scheme, changed, vector))
      if (changed === null) return
      expect(await check(scheme, requestOf(changed), changed)).toMatchObject({ valid: false })
      tried += 1
    }),
    { numRuns: mutations },
  )
  expect(tried).toBe(mutations)
}

/** A change that leaves the signed content as it was is no mutation. */
function meansTheSame(scheme: string, changed: Vector, vector: Vector): boolean {
  if (JSON.stringify(changed) === JSON.stringify(vector)) return true
  // A form's signature covers what its parameters are, and not how they are written.
  const isForm = scheme === 'twilio_form' || scheme === 'twilio_hmac_sha256'
  const bare = { rawBody: '' }
  return (
    isForm &&
    JSON.stringify({ ...changed, ...bare }) === JSON.stringify({ ...vector, ...bare }) &&
    parameters(changed.rawBody) === parameters(vector.rawBody)
  )
}

function parameters(body: string): string {
  return [...new URLSearchParams(`&${body}`)]
    .map((pair) => pair.join(''))
    .toSorted()
    .join('')
}

function changedBody(vector: Vector, rawBody: string): Vector {
  return { ...vector, rawBody }
}

function rewritten(vector: Vector, write: (value: unknown) => string): Vector | null {
  return vector.rawBody.startsWith('{') || vector.rawBody.startsWith('[') ? changedBody(vector, write(JSON.parse(vector.rawBody))) : null
}

function changedHeader(vector: Vector, change: (value: string) => string): Vector | null {
  // The settings say how the signature was made, and are not signed themselves.
  const [name = ''] = Object.keys(vector.headers).filter((header) => !header.endsWith('-Settings'))
  return { ...vector, headers: { ...vector.headers, [name]: change(vector.headers[name] ?? '') } }
}

function replacedAt(text: string, at: number): string {
  const place = at % text.length
  return `${text.slice(0, place)}${text[place] === 'x' ? 'y' : 'x'}${text.slice(place + 1)}`
}

function hex(unit: string): string {
  return unit.charCodeAt(0).toString(16).padStart(4, '0')
}
