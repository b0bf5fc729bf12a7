import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { event as eventSchema } from '../../src/model/validation/event-schemas.js'
import { identities as identitiesSchema } from '../../src/model/validation/identities.js'
import { parse } from '../../src/model/validation/parse.js'
import { id } from '../../src/model/validation/scalars.js'
import type { NormalizedWebhook } from '../../src/webhooks/index.js'
import { bodyOf, channels, namesOf } from './collected-bodies.js'

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

describe.each(Object.entries(channels))('%s', (channel, { normalizer, ...options }) => {
  const texts = namesOf(channel).map((name) => JSON.stringify(bodyOf(channel, name)))

  test('says of any JSON value what it is, and throws at none', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => check(normalizer.normalize(body, options))),
      { numRuns: 1000 },
    )
  })

  test('whatever stands anywhere in a body: no exception, and only events that the store takes', () => {
    const changes = fc.array(fc.record({ at: fc.nat(), to: odd }), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(fc.constantFrom(...texts), changes, (text, replacements) => {
        let body: unknown = JSON.parse(text)
        for (const { at, to } of replacements) body = replaced(body, at, to)
        check(normalizer.normalize(body, options))
      }),
      { numRuns: 3000 },
    )
  })

  test('a bad element costs none of its neighbours', () => {
    const withLists = texts.filter((text) => listsIn(JSON.parse(text)).length > 0)
    if (withLists.length === 0) return
    fc.assert(
      fc.property(fc.constantFrom(...withLists), fc.nat(), fc.nat(), odd, (text, which, at, bad) => {
        const before = normalizer.normalize(JSON.parse(text), options)
        const body: unknown = JSON.parse(text)
        const lists = listsIn(body)
        const list = lists[which % lists.length] ?? []
        list.splice(at % (list.length + 1), 0, bad)
        const after = normalizer.normalize(body, options)
        const found = after.items.map(told)
        for (const item of before.items.map(told)) expect(found).toContain(item)
      }),
      { numRuns: 1000 },
    )
  })
})

function check({ outcome, reason, items, ignored, rejected }: NormalizedWebhook): void {
  expect(outcome).toBe(items.length > 0 ? (rejected.length > 0 ? 'partial' : 'events') : rejected.length > 0 ? 'invalid' : 'ignored')
  expect(reason === null).toBe(outcome === 'events')
  expect(items.length + ignored.length + rejected.length).toBeGreaterThan(0)
  for (const { oaId, customerId, identities = [], event } of items) {
    for (const given of [oaId, ...(customerId === null ? [] : [customerId])]) parse(id, given)
    if (customerId === null) expect(event.type).toBe('receipt')
    parse(identitiesSchema, identities)
    if (identities.length > 0) expect(identities.map((each) => each.id)).toContain(customerId)
    parse(eventSchema, event)
  }
}

/** What an item says, wherever in the body it stood. */
function told({ path: _, ...item }: NormalizedWebhook['items'][number]): string {
  return JSON.stringify(item)
}

/**
 * The lists of a body whose elements are items of their own. A list within a message is a part of that message, and
 * what is put into it changes the message.
 */
function listsIn(value: unknown, name = 'updates'): readonly unknown[][] {
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.entries(value).flatMap(([key, member]) => listsIn(member, Array.isArray(value) ? '' : key))
  return Array.isArray(value) && itemLists.includes(name) ? [value, ...inside] : inside
}

const itemLists = [
  ...['updates', 'entry', 'messaging', 'standby', 'changes', 'messages', 'message_echoes', 'statuses', 'history', 'threads'],
  ...['user_id_update', 'data', 'events'],
]

/** Returns the body with one value replaced: the body itself, a member of an object or an element of a list. */
function replaced(body: unknown, at: number, to: unknown): unknown {
  const places = placesIn(body)
  const place = places[at % (places.length + 1)]
  if (place === undefined) return to
  Object.assign(place.holder, { [place.key]: to })
  return body
}

/** What was put into a body may go round in circles, so each holder is looked into once. */
function placesIn(value: unknown, seen = new Set<object>()): readonly { readonly holder: object; readonly key: string }[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return []
  seen.add(value)
  const holder = value
  return Object.entries(value).flatMap(([key, member]) => [{ holder, key }, ...placesIn(member, seen)])
}
