import { type Deadline, givenUpInTime, msUntil } from '../store/deadline.js'
import { DriverSignal } from './driver-signal.js'

/**
 * How long after the deadline the commands of a call are aborted. The server stops a command by its `maxTimeMS` before
 * that, and the driver may end its wait for a server, and both say more than an abort: that nothing was written.
 */
const graceMs = 250

/** What bounds a call in time. */
export interface CallLimits {
  /** The options of the next command: what is left of the deadline, and what aborts the command. */
  options(): { readonly maxTimeMS?: number; readonly signal?: DriverSignal }
  /** Calls `act` when the call is given up. The returned function takes that back. */
  onGivenUp(act: (reason: unknown) => void): () => void
  /** Waits for work that other calls share. Rejects as soon as this call is given up. */
  wait<T>(work: Promise<T>): Promise<T>
  /** Whether the deadline has come. */
  isOver(): boolean
  /** Stops watching the time and the host's signal. */
  end(): void
}

export interface Limited {
  /** The host's signal, for a read. */
  readonly signal?: AbortSignal | null
  readonly deadline?: Deadline
}

/** Drivers that don't know the option `signal` for a kind of command leave the command to its `maxTimeMS`. */
export function callLimits({ signal: given = null, deadline }: Limited): CallLimits {
  const call = givenUpInTime(given, deadline, graceMs)
  if (call === null) return unlimited
  const { onGivenUp, end } = call
  const signal = new DriverSignal(call)
  return {
    // The server takes 0 for no limit.
    options: () => (deadline === undefined ? { signal } : { signal, maxTimeMS: Math.max(1, Math.ceil(msUntil(deadline))) }),
    onGivenUp,
    wait: (work) => untilGivenUp(work, onGivenUp),
    isOver: () => msUntil(deadline) === 0,
    end,
  }
}

export const unlimited: CallLimits = {
  options: () => ({}),
  onGivenUp: () => () => {},
  wait: (work) => work,
  isOver: () => false,
  end: () => {},
}

function untilGivenUp<T>(work: Promise<T>, onGivenUp: CallLimits['onGivenUp']): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = onGivenUp(reject)
    work.then(resolve, reject).finally(stop)
  })
}
