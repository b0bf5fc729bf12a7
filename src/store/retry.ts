import { aborted } from '../model/abort.js'
import { ConversationStoreError, isConversationStoreError } from '../model/errors.js'
import { abortableSleep, growingBound, jitteredPause } from './jittered-pause.js'

/**
 * How calls are sent again that the database gave way on, or that never reached it. Only whole, idempotent calls are.
 */
export interface RetryOptions {
  /** How often a call is sent at most, the first time included. Default 8. */
  readonly attempts?: number
  /** Milliseconds that the pause before the second attempt is below; the bound doubles from there. Default 10. */
  readonly baseMs?: number
  /** Milliseconds that every pause is below. Default 250. */
  readonly maxMs?: number
  /** For tests: how to pause. */
  readonly sleep?: (ms: number) => Promise<void>
  /** For tests: what spreads the pauses, from 0 to below 1. Default `Math.random`. */
  readonly random?: () => number
}
export type RetryPolicy = Required<RetryOptions>

export function retryPolicy(options: RetryOptions = {}): RetryPolicy {
  return {
    attempts: options.attempts ?? 8,
    baseMs: options.baseMs ?? 10,
    maxMs: options.maxMs ?? 250,
    sleep: options.sleep ?? abortableSleep,
    random: options.random ?? Math.random,
  }
}

// The adapter counts back from when the call reaches the database, which is later than now: by the wait for a
// connection, by the way there. Too short a time would take a call for new that 16 younger ones have pushed out of
// memory, and apply it twice; too long a one costs an UNKNOWN.
const onItsWay = 1000

export interface Resending {
  /** Null for reads: nothing of theirs can be lost. */
  readonly operationId: string | null
  readonly signal: AbortSignal | null
}

/**
 * Sends a call until it is answered, the same one each time.
 *
 * CONTENTION and UNAVAILABLE say that nothing was applied; one that is not `retryable` would meet the same again.
 * COMMIT_OUTCOME_UNKNOWN with a cause says that the reply was lost: then the call may have been applied, and is sent
 * with `resentAfter`, by which the adapter recognises it. Without a cause it is an adapter's last word (too much has
 * happened since to tell), and no further attempt could know better.
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  { operationId, signal }: Resending,
  send: (resentAfter: number | null) => Promise<T>,
): Promise<T> {
  const started = performance.now()
  let lost: ConversationStoreError | undefined
  for (let attempt = 1; ; attempt++) {
    if (signal?.aborted) throw lost ?? aborted(signal)
    try {
      return await send(lost === undefined ? null : Math.ceil(performance.now() - started) + onItsWay)
    } catch (error) {
      if (isConversationStoreError(error, 'COMMIT_OUTCOME_UNKNOWN')) {
        if (error.cause === undefined || operationId === null) throw error
        lost = new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId }, { cause: error.cause })
      } else if (!isConversationStoreError(error, 'CONTENTION') && !isConversationStoreError(error, 'UNAVAILABLE')) {
        throw error
      } else if (!error.retryable) {
        throw lost ?? error
      }
      if (attempt >= policy.attempts) throw lost ?? spent(error, attempt)
    }
    const { baseMs, maxMs, sleep, random } = policy
    await jitteredPause(growingBound(baseMs, attempt, maxMs), { signal, sleep, random })
  }
}

function spent(error: ConversationStoreError, attempts: number): ConversationStoreError {
  const cause = error.cause ?? error
  return error.code === 'CONTENTION'
    ? new ConversationStoreError('CONTENTION', { attempts }, { cause })
    : new ConversationStoreError('UNAVAILABLE', { attempts }, { cause })
}
