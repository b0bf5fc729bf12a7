import { jitteredPause } from '../../store/jittered-pause.js'
import { serverCode } from '../translate-error.js'

/** Throws where a command is not to be sent again: the run was stopped, or another is the runner now. */
export type MayGoOn = () => Promise<void> | void

// Silent connections are kept for 45 s by default, which makes more than half an hour; closed ones make 20 s, in which
// a primary is elected.
const attempts = 50
const longestRestMs = 500

/**
 * Sends what does no harm twice until the server answers it: its own answers are passed on, a lost connection is not
 * one.
 */
export async function sendUntilAnswered(send: () => Promise<unknown>, mayGoOn: MayGoOn): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await send()
      return
    } catch (error) {
      if (!isConnectionLost(error) || attempt === attempts) throw error
    }
    await rest()
    await mayGoOn()
  }
}

export function rest(): Promise<void> {
  return jitteredPause(longestRestMs, { atLeastHalf: true })
}

function isConnectionLost(error: unknown): boolean {
  return error instanceof Error && serverCode(error) === null && /^Mongo(Network|NetworkTimeout|PoolCleared)Error$/.test(error.name)
}
