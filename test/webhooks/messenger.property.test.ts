import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { event as eventSchema } from '../../src/model/validation/event-schemas.js'
import { parse } from '../../src/model/validation/parse.js'
import { id } from '../../src/model/validation/scalars.js'
import { messenger } from '../../src/webhooks/index.js'

const folder = fileURLToPath(new URL('fixtures/messenger/', import.meta.url))
const bodies = readdirSync(folder).map((file) => readFileSync(`${folder}${file}`, 'utf8'))

// The values are made again for each replacement, because the next replacement may go into them.
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    '',
    ' ',
    '0',
    'null',
    '__proto__',
    -1,
    0,
    1.5,
    1e300,
    Number.NaN,
    true,
    'a\u0000b',
    '\uDC00',
    10n,
  ),
  fc
    .constantFrom<() => unknown>(
      () => [],
      () => ({}),
      () => [null],
      () => new Date(Number.NaN),
      () => Object.create(null),
      () => Symbol('s'),
    )
    .map((make) => make()),
  fc.anything({ maxDepth: 3 }),
)

test('whatever stands anywhere in a body: no exception, and only events that the store takes', () => {
  const changes = fc.array(fc.record({ at: fc.nat(), to: odd }), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(fc.constantFrom(...bodies), changes, (text, replacements) => {
      let body: unknown = JSON.parse(text)
      for (const { at, to } of replacements) body = replaced(body, at, to)
      const { outcome, reason, items, ignored, rejected } = messenger.normalize(body)
      expect(outcome).toBe(items.length > 0 ? (rejected.length > 0 ? 'partial' : 'events') : rejected.length > 0 ? 'invalid' : 'ignored')
      expect(reason === null).toBe(outcome === 'events')
      expect(items.length + ignored.length + rejected.length).toBeGreaterThan(0)
      for (const { oaId, customerId, event } of items) {
        for (const given of [oaId, customerId]) parse(id, given)
        parse(eventSchema, event)
      }
    }),
    { numRuns: 5000 },
  )
})

/** Returns the body with one value replaced: the body itself, a member of an object or an element of a list. */
function replaced(body: unknown, at: number, to: unknown): unknown {
  const places = placesIn(body)
  const place = places[at % (places.length + 1)]
  if (place === undefined) return to
  Object.assign(place.holder, { [place.key]: to })
  return body
}

function placesIn(value: unknown): readonly { readonly holder: object; readonly key: string }[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value
  return Object.entries(value).flatMap(([key, member]) => [{ holder, key }, ...placesIn(member)])
}
