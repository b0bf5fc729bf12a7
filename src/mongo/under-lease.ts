import type { WriteStamp } from '../store/adapter.js'
import type { LeaseClaim } from '../store/lease-claim.js'
import { leaseLost } from '../store/lease-key.js'
import { inSession, type MongoContext } from './context.js'
import { needsTransactions } from './deployment.js'
import { heldFilter, leaseFilter } from './documents/leases.js'
import { inTransaction } from './transaction.js'
import { contention, serverCode } from './translate-error.js'

/**
 * Sends a write. One that stands under a lease is sent in a transaction, which first writes the last token of the
 * lease: so whoever takes the lease over waits for the transaction, or makes it begin anew and find the lease lost. A
 * renewal writes the lease's own document, and so waits for nobody. `begin` comes before all that. Throws LEASE_LOST,
 * and UNSUPPORTED on a standalone server.
 */
export async function underLease<T>(
  context: MongoContext,
  stamp: WriteStamp,
  send: (inner: MongoContext) => Promise<T>,
  begin: (inner: MongoContext) => Promise<void> = async () => {},
): Promise<T> {
  const { accountId, lease } = stamp
  if (lease === undefined) return send(context)
  if (!(await context.deployment()).transactions) throw needsTransactions('a write under a lease')
  const { leaseSessions, call } = context
  const sessions = context.session === null ? await leaseSessions.of(accountId, lease, call) : context.sessions
  const guarded = async (inner: MongoContext) => {
    await begin(inner)
    if (await isHeld(inner, accountId, lease)) return send({ ...inner, queue: null })
    leaseSessions.forget(accountId, lease)
    throw leaseLost(lease)
  }
  return inTransaction({ ...context, sessions }, (inner, attempt) =>
    guarded(inner).catch((error: unknown) => {
      // The next holder ended the session. Nothing was committed, and the next attempt finds the lease lost.
      throw wasKilled(error) ? contention(attempt, error) : error
    }),
  )
}

// CursorKilled, Interrupted, ClientMarkedKilled.
const killed: ReadonlySet<number | null> = new Set([237, 11601, 46841])

function wasKilled(error: unknown): boolean {
  return killed.has(serverCode(error))
}

async function isHeld(inner: MongoContext, accountId: string, lease: LeaseClaim): Promise<boolean> {
  const { leases, lease_tokens } = inner.collections
  const last = { ...leaseFilter(accountId, lease), token: lease.token }
  const { matchedCount } = await lease_tokens.updateOne(last, { $inc: { guarded: 1 } }, inSession(inner))
  if (matchedCount === 0) return false
  return (await leases.findOne(heldFilter(accountId, lease), { projection: { _id: 1 }, ...inSession(inner) })) !== null
}
