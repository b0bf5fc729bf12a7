import type { BatchPace } from './options.js'

/** Says how many rows the next batch has. */
export interface BatchPacer {
  readonly size: number
  /** A batch of `size` rows took so long. */
  took(ms: number): void
  /** Others were in the way of a batch. */
  gaveWay(): void
}

/**
 * Grows at most to the double with each batch, because one quick batch of rows that were in memory says little about
 * the next.
 */
export function batchPacer({ first = 1_000, least = 50, most = 10_000, targetMs = 100 }: BatchPace = {}): BatchPacer {
  let size = first
  const within = (wanted: number) => Math.max(least, Math.min(most, Math.round(wanted)))
  return {
    get size() {
      return size
    },
    took(ms) {
      size = within(size * Math.min(2, targetMs / Math.max(ms, 1)))
    },
    gaveWay() {
      size = within(size / 4)
    },
  }
}
