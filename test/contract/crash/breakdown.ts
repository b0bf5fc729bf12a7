/** The ways in which the connection to the database can fail. */
export const kinds = [
  'an error instead of sending',
  'an error after the answer',
  'a cut instead of sending',
  'a cut before the answer arrives',
] as const
export type Kind = (typeof kinds)[number]

/** Fails once, at one of the statements that come after it was armed. */
export interface Breakdown {
  arm(kind: Kind, statement: number): void
  /** Stops it from failing, and says whether it has failed since it was armed. */
  disarm(): boolean
}

/** A breakdown at a place that all statements pass through. */
export interface Checkpoint extends Breakdown {
  /** Is called for each statement. It returns the kind of failure that the statement must meet, or null. */
  next(): Kind | null
}

export function checkpoint(handled: readonly Kind[]): Checkpoint {
  let armed: { readonly kind: Kind; readonly statement: number } | null = null
  let count = 0
  let broken = false
  return {
    arm(kind, statement) {
      armed = handled.includes(kind) ? { kind, statement } : null
      count = 0
      broken = false
    },
    disarm() {
      armed = null
      return broken
    },
    next() {
      count++
      if (armed === null || broken || count < armed.statement) return null
      broken = true
      return armed.kind
    },
  }
}
