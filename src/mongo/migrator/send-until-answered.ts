import { jitteredPause } from '../../store/jittered-pause.js'
import { serverCode } from '../translate-error.js'

/** Throws if a command must not be sent again, because the run was stopped or another process is the runner now. */
export type MayGoOn = () => Promise<void> | void

// The driver keeps silent connections for 45 s by default, with which these attempts take more than half an hour. With
// closed connections they take about 20 s, in which a new primary is elected.
const attempts = 50
const longestRestMs = 500

/**
 * Sends a command that does no harm when sent twice until the server answers it. The server's own errors are passed on,
 * whereas a lost connection is no answer.
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
