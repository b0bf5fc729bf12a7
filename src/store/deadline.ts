/**
 * A call's deadline is a moment of this process's monotonic clock (`performance.now()`). It is undefined for a call in
 * the host's own transaction, which no deadline of the store's cuts.
 */
export type Deadline = number | undefined

/** The milliseconds that are left, at least 0. */
export function msUntil(deadline: Deadline): number {
  return deadline === undefined ? Number.POSITIVE_INFINITY : Math.max(0, deadline - performance.now())
}

/** What a call meets that has used up its time. It becomes the `cause` of the error that the host gets. */
export class DeadlinePassed extends Error {
  constructor() {
    super('the call took longer than the `deadlineMs` of the store, or than its own `withinMs`')
    // A driver that copies the enumerable fields of what aborted it has no place for this one.
    Object.defineProperty(this, 'name', { value: 'DeadlinePassed' })
  }
}

/** Runs `act` when the deadline has passed by `graceMs`, unless the returned function is called before. */
export function afterDeadline(deadline: Deadline, graceMs: number, act: () => void): () => void {
  if (deadline === undefined) return () => {}
  const timer = setTimeout(act, msUntil(deadline) + graceMs)
  return () => clearTimeout(timer)
}

export interface CallSignal {
  /** Aborts when the call is given up. Null for a call that nothing ends. */
  readonly signal: AbortSignal | null
  /** Stops watching the time and the host's signal. */
  end(): void
}

/**
 * What ends a call before its answer. It does what an AbortSignal does, at a tenth of its cost: making and ending a
 * signal for each call took as long as half of the call's other work in this process.
 */
export interface GivingUp {
  /** Whether the call was given up. */
  isGivenUp(): boolean
  /** Why it was given up. Undefined as long as it was not. */
  reason(): unknown
  /** Calls `act` when the call is given up, or at once if it was. The returned function takes that back. */
  onGivenUp(act: (reason: unknown) => void): () => void
}

/** A call that is given up when `giveUp` is called, and not before. */
export function giveUpByHand(): GivingUp & { giveUp(reason: unknown): void } {
  const acts = new Set<(reason: unknown) => void>()
  let given: { readonly reason: unknown } | undefined
  return {
    isGivenUp: () => given !== undefined,
    reason: () => given?.reason,
    onGivenUp(act) {
      if (given === undefined) acts.add(act)
      else act(given.reason)
      return () => acts.delete(act)
    },
    giveUp(reason) {
      given ??= { reason }
      for (const act of acts) act(reason)
      acts.clear()
    },
  }
}

/** A call that is given up in time. `end` stops watching the time and the host's signal. */
export type TimedCall = GivingUp & { end(): void }

/**
 * Gives a call up with the host's signal at once, and with `DeadlinePassed` after the deadline and `graceMs`. Null for
 * a call that nothing ends.
 */
export function givenUpInTime(given: AbortSignal | null, deadline: Deadline, graceMs = 0): TimedCall | null {
  if (given === null && deadline === undefined) return null
  const call = giveUpByHand()
  const stopListening = onAborted(given, call.giveUp)
  const stopTimer = afterDeadline(deadline, graceMs, () => call.giveUp(new DeadlinePassed()))
  return {
    isGivenUp: call.isGivenUp,
    reason: call.reason,
    onGivenUp: call.onGivenUp,
    end() {
      stopTimer()
      stopListening()
    },
  }
}

/**
 * A signal of the call's own that follows the host's. Node warns a host whose signal has more than ten listeners, so a
 * call adds only one to it.
 */
export function followed(given: AbortSignal | null): CallSignal {
  if (given === null) return { signal: null, end: () => {} }
  const abort = new AbortController()
  return { signal: abort.signal, end: onAborted(given, (reason) => abort.abort(reason)) }
}

/** Calls `act` when the signal aborts, or at once if it has. The returned function takes that back. */
function onAborted(signal: AbortSignal | null, act: (reason: unknown) => void): () => void {
  if (signal === null) return () => {}
  const listener = () => act(signal.reason)
  if (signal.aborted) listener()
  else signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}
