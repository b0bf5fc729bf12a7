import type { GoalSummary } from '../runner/summary.js'

interface Reason {
  readonly comparison: string
  readonly of: string
  readonly against: string
  /** Of all concurrencies when left out. */
  readonly concurrency?: number
  readonly because: string
}

/** Why goals are missed, as far as we know; printed beside the figures. */
const REASONS: readonly Reason[] = []

export function reasonFor(comparison: string, { of, against }: GoalSummary, concurrency: number): string | undefined {
  const fits = (reason: Reason) =>
    reason.comparison === comparison &&
    reason.of === of &&
    reason.against === against &&
    (reason.concurrency === undefined || reason.concurrency === concurrency)
  return REASONS.find(fits)?.because
}
