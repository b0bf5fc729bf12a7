import { describe, expect, it } from 'vitest'
import { chart } from '../../bench/report/chart.js'
import { page } from '../../bench/report/page.js'
import { type ComparisonResult, type Results, withResult } from '../../bench/report/results.js'
import { summarize } from '../../bench/runner/summary.js'
import { slice } from './measurements.js'

const taken = { date: '2026-01-02', load: 0.5 }
const comparison: ComparisonResult = {
  id: 'postgres-upsert',
  title: 'Upsert',
  note: 'Fair.',
  ...taken,
  measurements: [
    summarize({
      concurrency: 16,
      variants: ['ours', 'a < b', 'ours (again, as control)'],
      goals: [
        { of: 'ours', against: 'a < b', atMost: 0.4 },
        { of: 'a < b', against: 'ours', atMost: 3 },
        { of: 'ours', against: 'a < b', atMost: 0.4, measure: 'p99' },
      ],
      rounds: [[slice(1), slice(2), slice(1)]],
    }),
  ],
}
const results: Results = {
  machine: {
    cpu: 'A processor',
    cores: 2,
    memoryGb: 8,
    system: 'Linux 6.1',
    node: '20.20.0',
    postgres: '18.4',
    postgresSettings: { synchronous_commit: 'on' },
    mongo: '6.0.5',
    fdatasync: { median: 0.2, p99: 1.5 },
    roundTrip: { direct: 0.05, delayed: 2.4 },
  },
  comparisons: [comparison],
  figures: [
    {
      id: 'size',
      title: 'Size',
      ...taken,
      figures: [
        { title: 'Package', value: 30.5, unit: 'kB', atMost: 25 },
        { title: 'deadlocks', value: 3, unit: '', atMost: 0 },
      ],
    },
  ],
}

describe('docs/benchmarks.md', () => {
  it('names every missed goal at its top, with how much it is missed by', () => {
    const text = page(results)
    expect(text).toContain('**5 goals: 1 met, 0 within noise, 4 missed.**')
    expect(text).toContain('- Upsert, 16 at a time: ours ÷ a < b is 0.50 ×, 25 % beyond 0.40 ×')
    expect(text).toContain('- Upsert, 16 at a time: ours ÷ a < b, p99 is 0.50 ×, 25 % beyond 0.40 ×')
    expect(text).toContain('- Size: Package is 30.5 kB, 22 % beyond 25 kB')
    expect(text).toContain('- Size: deadlocks is 3, 3 beyond 0')
  })

  it('keeps the heading of a comparison that ended with an error, and says so', () => {
    const text = page({ ...results, comparisons: [{ ...comparison, measurements: [], error: 'Error: wrong answer' }] })
    expect(text).toContain('## Upsert')
    expect(text).toContain('it ended with an error.** `Error: wrong answer`')
  })
})

describe('docs/benchmarks.svg', () => {
  it('shows each way but the library and its control', () => {
    const svg = chart(results.comparisons)
    expect(svg).toContain('>a &lt; b<')
    expect(svg).toContain('>2.00 ×<')
    expect(svg).not.toContain('as control')
  })
})

describe('results', () => {
  const named = (id: string, title = id) => ({ ...comparison, id, title })

  it('of one comparison take the place of its former ones, and those of comparisons that are gone go', () => {
    const list = withResult([named('c'), named('b', 'former'), named('gone')], named('b', 'new'), ['a', 'b', 'c'])
    expect(list.map(({ title }) => title)).toEqual(['new', 'c'])
  })
})
