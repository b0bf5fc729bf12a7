import type { Goal } from '../comparison.js'
import type { Slice } from './slice.js'
import { quantile, type Spread, spread, sum } from './statistics.js'

/**
 * The summary of one comparison's rounds at one concurrency. Latencies in milliseconds, CPU in microseconds per
 * operation.
 */
export interface Measurement {
  readonly concurrency: number
  readonly rounds: number
  readonly variants: readonly VariantSummary[]
  readonly goals: readonly GoalSummary[]
}

export interface VariantSummary {
  readonly name: string
  /** Time per operation, as a multiple of the first variant's in the same round. */
  readonly ratio: Spread
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly clientCpu: number
  readonly serverCpu: number | null
}

export interface GoalSummary {
  readonly of: string
  readonly against: string
  readonly atMost: number
  /** Left out where it is the time per operation. */
  readonly measure?: 'p99'
  readonly ratio: Spread
  readonly verdict: Verdict
}

export type Verdict = 'met' | 'within noise' | 'missed'

export interface Rounds {
  readonly concurrency: number
  readonly variants: readonly string[]
  readonly goals: readonly Goal[]
  /** One list per round, with a slice of each variant. */
  readonly rounds: readonly (readonly Slice[])[]
}

export function summarize({ concurrency, variants, goals, rounds }: Rounds): Measurement {
  const slicesOf = (name: string): readonly Slice[] => {
    const place = variants.indexOf(name)
    return rounds.map((round) => present(round[place], `no slice of ${name}`))
  }
  const [first] = variants
  const ours = slicesOf(present(first, 'no variants'))
  return {
    concurrency,
    rounds: rounds.length,
    variants: variants.map((name) => summarizeVariant(name, slicesOf(name), ours)),
    goals: goals
      .filter((goal) => goal.concurrency?.includes(concurrency) ?? true)
      .map(({ of, against, atMost, measure }) => {
        const ratio = ratios(slicesOf(of), slicesOf(against), measure === 'p99' ? p99 : timePerOperation)
        return { of, against, atMost, ...(measure === 'p99' && { measure }), ratio, verdict: verdict(ratio, atMost) }
      }),
  }
}

/** A goal is missed only when the whole interquartile range is beyond it. */
export function verdict({ median, q1 }: Spread, atMost: number): Verdict {
  if (median <= atMost) return 'met'
  return q1 > atMost ? 'missed' : 'within noise'
}

function summarizeVariant(name: string, slices: readonly Slice[], ours: readonly Slice[]): VariantSummary {
  const latencies = slices.flatMap((slice) => slice.latencies).sort((a, b) => a - b)
  const perOperation = (values: readonly number[]) => sum(values) / latencies.length
  const serverCpu = slices.map((slice) => slice.serverCpu).filter((value) => value !== null)
  return {
    name,
    ratio: ratios(slices, ours, timePerOperation),
    perSecond: spread(slices.map((slice) => 1000 / timePerOperation(slice))).median,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    clientCpu: perOperation(slices.map((slice) => slice.clientCpu)),
    serverCpu: serverCpu.length === slices.length ? perOperation(serverCpu) : null,
  }
}

/** The ratios are taken round by round, so that what slowed down a whole round cancels out. */
function ratios(of: readonly Slice[], against: readonly Slice[], measure: (slice: Slice) => number): Spread {
  return spread(of.map((slice, round) => measure(slice) / measure(present(against[round], 'a round is missing'))))
}

function p99({ latencies }: Slice): number {
  return quantile(
    [...latencies].sort((a, b) => a - b),
    0.99,
  )
}

function timePerOperation({ elapsed, operations }: Slice): number {
  return elapsed / operations
}

function present<T>(value: T | undefined, problem: string): T {
  if (value === undefined) throw new Error(problem)
  return value
}
