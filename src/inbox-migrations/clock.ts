import { abortableSleep } from '../store/jittered-pause.js'

/** What a worker measures and waits by. Tests give it one of their own. */
export interface MigrationClock {
  /** Milliseconds since any fixed time. They never go back. */
  now(): number
  /** Ends early, without an error, when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal | null): Promise<void>
}

export const systemClock: MigrationClock = { now: () => performance.now(), sleep: abortableSleep }
