import { growingBound, jitteredPause } from '../store/jittered-pause.js'

const firstPauseMs = 16
const longestPauseMs = 160
/** Who has lost this often tries more often again, so that nobody starves. */
const growingPauses = 6

/** The pause after an attempt in which others were faster. */
export function contentionPause(attempt: number): Promise<void> {
  return jitteredPause(attempt > growingPauses ? firstPauseMs : growingBound(firstPauseMs, attempt, longestPauseMs))
}
