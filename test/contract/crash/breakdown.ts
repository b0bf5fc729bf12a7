/** How the way to the database fails. */
export const kinds = [
  'an error instead of sending',
  'an error after the answer',
  'a cut instead of sending',
  'a cut before the answer arrives',
] as const
export type Kind = (typeof kinds)[number]

/** Breaks down once, at one statement of those that come after it was armed. */
export interface Breakdown {
  arm(kind: Kind, statement: number): void
  /** Whether it has broken down since; it does no more. */
  disarm(): boolean
}

/** What stands at a place through which all statements go. */
export interface Checkpoint extends Breakdown {
  /** Called for each statement: the kind of breakdown that it has to meet, or null. */
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
