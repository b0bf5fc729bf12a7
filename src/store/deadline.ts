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
  override readonly name = 'DeadlinePassed'
  constructor() {
    super('the call took longer than the `deadlineMs` of the store')
  }
}

/** Runs `act` when the deadline has passed by `graceMs`, unless the returned function is called before. */
export function afterDeadline(deadline: Deadline, graceMs: number, act: () => void): () => void {
  if (deadline === undefined) return () => {}
  const timer = setTimeout(act, msUntil(deadline) + graceMs)
  return () => clearTimeout(timer)
}
