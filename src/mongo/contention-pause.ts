import { growingBound, jitteredPause } from '../store/jittered-pause.js'

const firstPauseMs = 16
const longestPauseMs = 160
/** After this many lost attempts the pauses become short again, so that a call that keeps losing tries more often. */
const growingPauses = 6

/** Waits after an attempt that another writer won. */
export function contentionPause(attempt: number): Promise<void> {
  return jitteredPause(attempt > growingPauses ? firstPauseMs : growingBound(firstPauseMs, attempt, longestPauseMs))
}
