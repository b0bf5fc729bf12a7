import fc from 'fast-check'
import type { JsonObject } from '../../../src/model/json.js'

// There are few values of everything, so that calls meet on the same records.
export const messageId = fc.integer({ min: 1, max: 10 }).map((n) => `m${n}`)
export const localId = fc.integer({ min: 1, max: 4 }).map((n) => `l${n}`)
/** One of ten is further ahead of every clock of a run than a sender's clock may be. */
export const occurredAt = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 8 }).map((minute) => new Date(Date.UTC(2024, 4, 2, 11, 56 + minute))) },
  { weight: 1, arbitrary: fc.constantFrom(2100, 2101).map((year) => new Date(Date.UTC(year, 0, 1))) },
)
/**
 * Times around one second, as a host tells them and as a channel does whose clock goes before or after and tells whole
 * seconds. They say nothing of the order in which things come.
 */
export const contradictingTime = fc
  .constantFrom(4_000, 5_000, 5_100, 5_300, 5_512, 6_000)
  .map((ms) => new Date(Date.UTC(2024, 4, 2, 11, 56) + ms))
export const metadata = fc.constantFrom<JsonObject | null>(null, { $set: { 'a.b': 1 } }, { n: [1, 0.5, true] })

/** An object in which each of the fields may be missing. */
export function sometimes<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>
}

/** What a channel tells of how far its history is. */
export const historyStep = fc
  .record({
    phase: fc.constantFrom(null, 0, 1),
    chunkOrder: fc.constantFrom(null, 0, 1),
    progress: fc.constantFrom(null, 40, 100),
    errorCode: fc.constantFrom(null, null, 'declined'),
  })
  .filter((step) => Object.values(step).some((value) => value !== null))
