import type { Doc } from './driver.js'
import { literal } from './literal.js'

/**
 * How a document says who has a lease: `holder`, `since`, `expires_at` and `token`, by the server's clock. The leases
 * of an account, the run lock of a migrator and the passes of an adoption are such documents, each with fields of its
 * own.
 */

interface Taker {
  readonly holder: string
  readonly ttlMs: number
  /** A token that is known to be somebody's already. The new one is higher. */
  readonly above: number
  /** When the taker may have the lease although it is held. */
  readonly unless: Doc
  /** By which the taker knows the lease again. */
  readonly mark: Doc
}

/**
 * The stage that takes a lease if nobody has it or its time is over, and otherwise changes nothing. One command can so
 * take it or tell who has it, whoever else does the same at that moment.
 */
export function takeIfFree({ holder, ttlMs, above, unless, mark }: Taker): Doc {
  // The first also holds when nobody has the lease, because a missing field compares as less than any time.
  const free = { $or: [{ $lte: ['$expires_at', '$$NOW'] }, unless] }
  const fields = {
    token: { $add: [{ $max: ['$token', above] }, 1] },
    holder: literal(holder),
    since: '$$NOW',
    ...heldFor(ttlMs),
    ...mark,
  }
  return { $set: Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, { $cond: [free, value, `$${field}`] }])) }
}

/** The fields of a lease that ends so many milliseconds from now, for a stage that takes or renews it. */
export function heldFor(ttlMs: number): Doc {
  return { expires_at: { $add: ['$$NOW', ttlMs] } }
}

/** Finds a lease as long as it is this token's. */
export function heldBy(token: number): Doc {
  return { token, holder: { $exists: true } }
}
