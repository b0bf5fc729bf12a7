import type { Comparison, Variant } from '../comparison.js'
import type { CpuMeter } from './cpu.js'
import { turns } from './order.js'
import { runSlice, type Slice } from './slice.js'
import { type Measurement, summarize } from './summary.js'

/** How long a comparison is measured. */
export interface Pace {
  readonly warmUpMs: number
  readonly atLeastRounds: number
  readonly atMostRounds: number
  /** After `atLeastRounds`, no round begins later than this. */
  readonly enoughMs: number
}

export const THOROUGH: Pace = { warmUpMs: 600, atLeastRounds: 15, atMostRounds: 25, enoughMs: 60_000 }
export const QUICK: Pace = { warmUpMs: 200, atLeastRounds: 5, atMostRounds: 5, enoughMs: 0 }

/** Measures a comparison at one concurrency. */
export async function measure(comparison: Comparison, concurrency: number, pace: Pace, cpu: CpuMeter): Promise<Measurement> {
  const variants = withControl(comparison.variants)
  for (const variant of variants) await runSlice(variant, concurrency, pace.warmUpMs, cpu)

  const rounds: Slice[][] = []
  const started = performance.now()
  const goOn = () => rounds.length < pace.atLeastRounds || performance.now() - started < pace.enoughMs
  while (rounds.length < pace.atMostRounds && goOn()) rounds.push(await runRound(variants, rounds.length, concurrency, cpu))

  return summarize({ concurrency, variants: variants.map(({ name }) => name), goals: comparison.goals, rounds })
}

/** Runs every variant once. The slices are returned in the variants' order, whatever the order of their turns. */
async function runRound(variants: readonly Variant[], round: number, concurrency: number, cpu: CpuMeter): Promise<Slice[]> {
  const slices = new Map<number, Slice>()
  for (const turn of turns(variants.length, round)) {
    const variant = variants[turn]
    if (variant) slices.set(turn, await runSlice(variant, concurrency, sliceMs(concurrency), cpu))
  }
  return [...slices].sort(([a], [b]) => a - b).map(([, slice]) => slice)
}

/**
 * How long a slice lasts: long enough for hundreds of quick operations, and short enough that the machine is in the
 * same state for all variants of a round.
 */
function sliceMs(concurrency: number): number {
  return concurrency === 1 ? 50 : 300
}

/** Adds the first variant a second time. The difference between its two runs is the noise of this machine. */
function withControl(variants: readonly Variant[]): readonly Variant[] {
  const [ours] = variants
  if (!ours) throw new Error('a comparison of nothing')
  return [...variants, { name: `${ours.name} (again, as control)`, operation: (caller) => ours.operation(caller) }]
}
