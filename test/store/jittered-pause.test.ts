import { describe, expect, it } from 'vitest'
import { growingBound, jitteredPause } from '../../src/store/jittered-pause.js'

/** How long a pause sleeps, in milliseconds, when the random number is `random`. */
async function sleptAt(random: number, boundMs: number, options: { readonly atLeastHalf?: boolean; readonly atMostMs?: number } = {}) {
  let slept = Number.NaN
  const sleep = async (ms: number) => {
    slept = ms
  }
  await jitteredPause(boundMs, { ...options, random: () => random, sleep })
  return slept
}

describe('a jittered pause', () => {
  it('is spread over all of its bound, or over the upper half', async () => {
    expect([await sleptAt(0, 100), await sleptAt(0.75, 100)]).toEqual([0, 75])
    expect([await sleptAt(0, 100, { atLeastHalf: true }), await sleptAt(0.5, 100, { atLeastHalf: true })]).toEqual([50, 75])
  })

  it('does not go beyond what is left until the deadline', async () => {
    expect(await sleptAt(0.5, 100, { atLeastHalf: true, atMostMs: 20 })).toBe(20)
  })

  it('ends early when the signal aborts, also where the sleep does not know of the signal', async () => {
    for (const options of [{}, { sleep: () => new Promise<void>(() => {}) }]) {
      const stop = new AbortController()
      const pause = jitteredPause(60_000, { ...options, atLeastHalf: true, signal: stop.signal })
      stop.abort()
      await pause
    }
  })

  it('has a bound that doubles up to the longest', () => {
    expect([1, 2, 3, 4].map((attempt) => growingBound(10, attempt, 50))).toEqual([10, 20, 40, 50])
  })
})
