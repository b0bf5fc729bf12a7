import { requireNotAborted } from '../../model/abort.js'
import { growingBound, jitteredPause } from '../../store/jittered-pause.js'
import { sqlState } from '../translate-error.js'

const attempts = 6
const firstPauseMs = 150

/**
 * Others' locks, a deadlock, a serialization: what the next attempt may not meet. Never what the data or the statement
 * is to blame for.
 */
export function isTransient(error: unknown): boolean {
  return /^(55P03|40P01|40001)$/.test(sqlState(error) ?? '')
}

/** Tries again with growing, jittered pauses. `work` must have left nothing where it throws what is transient. */
export async function withRetries<T>(signal: AbortSignal, work: () => Promise<T>, beforePause: () => Promise<void>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!isTransient(error) || attempt === attempts) throw error
    }
    await beforePause()
    await jitteredPause(growingBound(firstPauseMs, attempt), { atLeastHalf: true, signal })
    requireNotAborted(signal)
  }
}
