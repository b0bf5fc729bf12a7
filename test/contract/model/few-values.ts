import fc from 'fast-check'
import type { JsonObject } from '../../../src/model/json.js'

// There are few values of everything, so that calls meet on the same records.
export const messageId = fc.integer({ min: 1, max: 10 }).map((n) => `m${n}`)
export const localId = fc.integer({ min: 1, max: 4 }).map((n) => `l${n}`)
export const occurredAt = fc.integer({ min: 0, max: 8 }).map((minute) => new Date(Date.UTC(2024, 4, 2, 11, 56 + minute)))
export const metadata = fc.constantFrom<JsonObject | null>(null, { $set: { 'a.b': 1 } }, { n: [1, 0.5, true] })

/** An object in which each of the fields may be missing. */
export function sometimes<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>
}
