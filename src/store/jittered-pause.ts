import { setTimeout as sleepFor } from 'node:timers/promises'

export interface PauseOptions {
  /**
   * For callers that look at one thing again and again. Callers that collided should leave it false: they spread best
   * over the whole bound.
   */
  readonly atLeastHalf?: boolean
  /** The time that is left until the caller's deadline. No pause is longer than this. */
  readonly atMostMs?: number
  readonly signal?: AbortSignal | null
  readonly sleep?: (ms: number, signal: AbortSignal | null) => Promise<void>
  readonly random?: () => number
}

/** Pauses for a random time below the bound. An aborted signal ends the pause early and throws nothing. */
export async function jitteredPause(boundMs: number, options: PauseOptions = {}): Promise<void> {
  const { atLeastHalf = false, atMostMs = boundMs, signal = null, sleep = abortableSleep, random = Math.random } = options
  const ms = boundMs * (atLeastHalf ? 0.5 + random() / 2 : random())
  const slept = sleep(Math.min(ms, atMostMs), signal)
  if (signal === null) return slept
  let wake: () => void = () => {}
  const woken = new Promise<void>((resolve) => {
    wake = resolve
  })
  signal.addEventListener('abort', wake, { once: true })
  try {
    await Promise.race([slept, woken])
  } finally {
    signal.removeEventListener('abort', wake)
  }
}

export function abortableSleep(ms: number, signal: AbortSignal | null = null): Promise<void> {
  return sleepFor(ms, undefined, signal === null ? {} : { signal }).catch(() => undefined)
}

/** The bound of the pause after an attempt. It doubles with each attempt, up to the longest. */
export function growingBound(firstMs: number, attempt: number, longestMs = Number.POSITIVE_INFINITY): number {
  return Math.min(longestMs, firstMs * 2 ** (attempt - 1))
}
