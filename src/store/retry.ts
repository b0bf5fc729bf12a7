import { aborted } from '../model/abort.js'
import { ConversationStoreError, type ErrorCode, isConversationStoreError } from '../model/errors.js'
import { answerInTime } from './answer-in-time.js'
import { msUntil } from './deadline.js'
import { abortableSleep, growingBound, jitteredPause } from './jittered-pause.js'

/**
 * How the store sends calls again, when the database gave way to other writers or was not reached. It only repeats
 * whole calls, which are idempotent.
 */
export interface RetryOptions {
  /** How often a call is sent at most, including the first time. Default 8. */
  readonly attempts?: number
  /** Upper bound of the pause before the second attempt, in milliseconds. It doubles with each attempt. Default 10. */
  readonly baseMs?: number
  /** Upper bound of every pause, in milliseconds. Default 250. */
  readonly maxMs?: number
  /** For tests: how to pause. */
  readonly sleep?: (ms: number) => Promise<void>
  /** For tests: spreads the pauses, with numbers from 0 to below 1. Default `Math.random`. */
  readonly random?: () => number
}
export interface RetryPolicy extends Required<RetryOptions> {
  /** How long a call may take over all its attempts, in milliseconds. */
  readonly deadlineMs: number
}

const defaultDeadlineMs = 30_000

export function retryPolicy(options: RetryOptions = {}, deadlineMs = defaultDeadlineMs): RetryPolicy {
  return {
    deadlineMs,
    attempts: options.attempts ?? 8,
    baseMs: options.baseMs ?? 10,
    maxMs: options.maxMs ?? 250,
    sleep: options.sleep ?? abortableSleep,
    random: options.random ?? Math.random,
  }
}

export interface Resending {
  /** Null for reads, because a read whose reply is lost has changed nothing. */
  readonly operationId: string | null
  readonly signal: AbortSignal | null
}

/**
 * Sends the same call again until it is answered.
 *
 * CONTENTION and UNAVAILABLE say that nothing was applied. An error that is not `retryable` would only occur again.
 * COMMIT_OUTCOME_UNKNOWN with a cause says that the reply was lost. The call may have been applied then, and is sent
 * again with `firstSentAt`, by which the adapter recognises it. Without a cause that error is final: the adapter cannot
 * tell any more, because too much has happened since, and a further attempt would not help.
 *
 * When the call's time is up, there is no further attempt, and the host gets the error of the last one.
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  { operationId, signal }: Resending,
  send: (firstSentAt: number | null, bounds: { readonly deadline: number }) => Promise<T>,
): Promise<T> {
  const firstSentAt = performance.now()
  const deadline = firstSentAt + policy.deadlineMs
  let lost: ConversationStoreError | undefined
  // A client that could not connect may only say next that it is not connected.
  let explained: ConversationStoreError | undefined
  for (let attempt = 1; ; attempt++) {
    if (signal?.aborted) throw lost ?? aborted(signal)
    try {
      return await answerInTime(send(lost === undefined ? null : firstSentAt, { deadline }), { operationId, signal, deadline })
    } catch (error) {
      if (isConversationStoreError(error, 'COMMIT_OUTCOME_UNKNOWN')) {
        if (error.cause === undefined || operationId === null) throw error
        lost = new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId }, { cause: error.cause })
      } else if (!isConversationStoreError(error, 'CONTENTION') && !isConversationStoreError(error, 'UNAVAILABLE')) {
        throw lost !== undefined && isNoAnswer(error) ? lost : error
      } else if (!error.retryable) {
        throw lost ?? error
      }
      if (isConversationStoreError(error, 'UNAVAILABLE') && error.details.cause !== undefined) explained = error
      if (attempt >= policy.attempts || msUntil(deadline) === 0) throw lost ?? spent(error, attempt, explained)
      const { baseMs, maxMs, sleep, random } = policy
      await jitteredPause(growingBound(baseMs, attempt, maxMs), { signal, sleep, random, atMostMs: msUntil(deadline) })
      if (msUntil(deadline) === 0) throw lost ?? spent(error, attempt, explained)
    }
  }
}

const noAnswers: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['UNSUPPORTED', 'SCHEMA_OUT_OF_DATE', 'SCHEMA_TOO_NEW'])

/** Whether the database refused the call before it looked at the operation, which tells nothing of a lost attempt. */
function isNoAnswer(error: unknown): boolean {
  return isConversationStoreError(error) && noAnswers.has(error.code)
}

function spent(error: ConversationStoreError, attempts: number, explained: ConversationStoreError | undefined): ConversationStoreError {
  if (isConversationStoreError(error, 'UNAVAILABLE')) {
    const told = isConversationStoreError(explained, 'UNAVAILABLE') ? explained : error
    return new ConversationStoreError('UNAVAILABLE', { ...told.details, attempts }, { cause: told.cause ?? told })
  }
  return new ConversationStoreError('CONTENTION', { attempts }, { cause: error.cause ?? error })
}
