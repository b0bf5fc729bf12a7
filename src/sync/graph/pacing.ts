import { requireNotAborted } from '../../model/abort.js'
import type { SourceClock } from '../source-clock.js'
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

/** What is known of the limits of one page or account. */
interface Known {
  nextAt: number
  factor: number
}

/**
 * A host makes a source with each request, and the limits are those of the page. So what is known of them is kept for
 * the process, by the times of its clock. Whose was asked for longest ago is forgotten first.
 */
const known = new WeakMap<SourceClock, Map<string, Known>>()
const knownAtMost = 10_000

function knownOf({ clock, host, ownId }: GraphAccess): Known {
  const ofClock = known.get(clock) ?? new Map<string, Known>()
  known.set(clock, ofClock)
  const key = `${host} ${ownId}`
  const found = ofClock.get(key) ?? { nextAt: clock.now(), factor: 1 }
  ofClock.delete(key)
  ofClock.set(key, found)
  const [oldest] = ofClock.keys()
  if (ofClock.size > knownAtMost && oldest !== undefined) ofClock.delete(oldest)
  return found
}

/**
 * Spaces the calls evenly, and further apart the nearer the API says its limits are. All pacers of one page or account
 * in a process share its turns.
 */
export function createPacer(access: GraphAccess): Pacer {
  const { callsPerSecond, clock } = access
  if (callsPerSecond === null) return { turn: async () => null, learn: () => undefined }
  const intervalMs = 1000 / callsPerSecond
  const pace = knownOf(access)
  return {
    async turn(signal) {
      const now = clock.now()
      const at = Math.max(now, pace.nextAt)
      if (at - now > longestWaitMs) return { tooLongMs: at - now }
      // The turn is taken before the wait, so that two calls at once do not take the same one.
      const following = at + intervalMs * pace.factor
      pace.nextAt = following
      if (at > now) await clock.sleep(at - now, signal)
      // Nobody waits for a turn that was given up, so requests that end early push no other one back.
      if (signal?.aborted && pace.nextAt === following) pace.nextAt = at
      requireNotAborted(signal)
      return null
    },
    learn(usage) {
      pace.factor = factorFor(usage)
      if (isFull(usage)) pace.nextAt = Math.max(pace.nextAt, clock.now() + (usage.regainMs ?? fullPauseMs))
    },
  }
}

function factorFor({ percent }: Usage): number {
  return percent < nearPercent ? 1 : Math.min(slowestFactor, 100 / Math.max(1, 100 - percent))
}
