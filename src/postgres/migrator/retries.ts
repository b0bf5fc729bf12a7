import { requireNotAborted } from '../../model/abort.js'
import { growingBound, jitteredPause } from '../../store/jittered-pause.js'
import { sqlState } from '../translate-error.js'

const attempts = 6
const firstPauseMs = 150

/**
 * Whether the next attempt may succeed: another's lock, a deadlock or a serialization failure. False for an error that
 * the data or the statement caused.
 */
export function isTransient(error: unknown): boolean {
  return /^(55P03|40P01|40001)$/.test(sqlState(error) ?? '')
}

/**
 * Tries again with growing, jittered pauses, in at most 6 attempts. When `work` throws a transient error, it must have
 * left nothing behind.
 */
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
