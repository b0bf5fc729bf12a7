import { requireNotAborted } from '../../model/abort.js'
import type { GraphAccess } from './options.js'
import { isFull, type Usage } from './usage.js'

/** When the next call may be made. */
export interface Pacer {
  /** Waits for the next turn. Returns how long it would have to wait if that is longer than a call should wait. */
  turn(signal: AbortSignal | null): Promise<{ readonly tooLongMs: number } | null>
  /** Learns from the headers of an answer. */
  learn(usage: Usage): void
}

/** A longer wait than this is the reader's: it may have a budget, a lease or something else to do. */
export const longestWaitMs = 300_000

/** How long nothing is asked when the API says that a limit is reached, and does not say for how long. */
const fullPauseMs = 60_000

/** From this percentage of a limit on, calls become rarer. */
const nearPercent = 75
const slowestFactor = 20

/** Spaces the calls evenly, and further apart the nearer the API says its limits are. */
export function createPacer({ callsPerSecond, clock }: GraphAccess): Pacer {
  if (callsPerSecond === null) return { turn: async () => null, learn: () => undefined }
  const intervalMs = 1000 / callsPerSecond
  let nextAt = clock.now()
  let factor = 1
  return {
    async turn(signal) {
      const now = clock.now()
      const at = Math.max(now, nextAt)
      if (at - now > longestWaitMs) return { tooLongMs: at - now }
      // The turn is taken before the wait, so that two calls at once do not take the same one.
      nextAt = at + intervalMs * factor
      if (at > now) await clock.sleep(at - now, signal)
      requireNotAborted(signal)
      return null
    },
    learn(usage) {
      factor = factorFor(usage)
      if (isFull(usage)) nextAt = Math.max(nextAt, clock.now() + (usage.regainMs ?? fullPauseMs))
    },
  }
}

function factorFor({ percent }: Usage): number {
  return percent < nearPercent ? 1 : Math.min(slowestFactor, 100 / Math.max(1, 100 - percent))
}
