import { describe, expect, it } from 'vitest'
import { quantile, spread } from '../../bench/runner/statistics.js'
import { summarize, verdict } from '../../bench/runner/summary.js'
import { slice } from './measurements.js'

describe('a quantile', () => {
  it('lies between two values where it falls between them', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5)
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75)
    expect(quantile([10], 0.99)).toBe(10)
  })

  it('of nothing does not exist', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError)
  })

  it('sorts by number before it is taken', () => {
    expect(spread([10, 9, 1, 2, 100])).toEqual({ median: 9, q1: 2, q3: 10 })
  })
})

describe('a verdict', () => {
  it('is missed only when the whole interquartile range is beyond the goal', () => {
    expect(verdict({ q1: 1.21, median: 1.3, q3: 1.4 }, 1.2)).toBe('missed')
    expect(verdict({ q1: 1.19, median: 1.3, q3: 1.4 }, 1.2)).toBe('within noise')
    expect(verdict({ q1: 1, median: 1.2, q3: 1.4 }, 1.2)).toBe('met')
  })
})

describe('a summary', () => {
  const rounds = [
    [slice(1, 1), slice(2, 2)],
    // The machine was busy: ten times slower for both.
    [slice(10), slice(30)],
    [slice(2, 2, 2), slice(8)],
  ]
  const goals = [
    { of: 'ours', against: 'theirs', atMost: 0.3 },
    { of: 'theirs', against: 'ours', atMost: 2, concurrency: [16] },
    { of: 'theirs', against: 'ours', atMost: 2, concurrency: [1] },
  ]
  const summary = summarize({ concurrency: 1, variants: ['ours', 'theirs'], goals, rounds })

  it('takes ratios round by round', () => {
    expect(summary.variants.map(({ ratio }) => ratio)).toEqual([
      { median: 1, q1: 1, q3: 1 },
      { median: 3, q1: 2.5, q3: 3.5 },
    ])
  })

  it('counts operations, not slices, in latencies and CPU time', () => {
    expect(summary.variants[0]).toMatchObject({ p50: 2, perSecond: 500, clientCpu: 100, serverCpu: 300 })
    expect(summary.variants[1]).toMatchObject({ p50: 5, perSecond: 125, clientCpu: 100, serverCpu: 300 })
  })

  it('judges the goals of its concurrency, each by its own two variants', () => {
    expect(summary.goals).toMatchObject([
      { of: 'ours', verdict: 'within noise', ratio: { median: 1 / 3 } },
      { of: 'theirs', verdict: 'missed', ratio: { median: 3 } },
    ])
  })

  it('compares the slowest of a hundred operations where the goal says so', () => {
    const slow = [1, 1, 1, 10]
    const goals = [{ of: 'ours', against: 'theirs', atMost: 0.5, measure: 'p99' }] as const
    const { goals: summaries } = summarize({ concurrency: 1, variants: ['ours', 'theirs'], goals, rounds: [[slice(2, 2), slice(...slow)]] })
    const p99 = quantile(slow, 0.99)
    expect(summaries).toMatchObject([{ measure: 'p99', verdict: 'met', ratio: { median: 2 / p99 } }])
  })

  it('has no server CPU time where a slice has none', () => {
    const unseen = summarize({ concurrency: 1, variants: ['ours'], goals: [], rounds: [[slice(1)], [{ ...slice(1), serverCpu: null }]] })
    expect(unseen.variants[0]?.serverCpu).toBeNull()
  })
})
