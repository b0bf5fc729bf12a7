import type { WriteStamp } from '../store/adapter.js'
import { leaseLost } from '../store/lease-key.js'
import { inSession, type MongoContext } from './context.js'
import { needsTransactions } from './deployment.js'
import { leaseFilter } from './documents/leases.js'
import { inTransaction } from './transaction.js'

/**
 * Sends a write. One that stands under a lease is sent in a transaction, which first writes the document of the lease:
 * so whoever takes the lease over waits for the transaction, or makes it begin anew and find the lease lost. Throws
 * LEASE_LOST, and UNSUPPORTED on a standalone server.
 */
export async function underLease<T>(context: MongoContext, stamp: WriteStamp, send: (inner: MongoContext) => Promise<T>): Promise<T> {
  const { accountId, lease } = stamp
  if (lease === undefined) return send(context)
  if (!(await context.deployment()).transactions) throw needsTransactions('a write under a lease')
  return inTransaction(context, async (inner) => {
    const filter = { ...leaseFilter(accountId, lease), token: lease.token, holder: { $exists: true } }
    const { matchedCount } = await inner.collections.leases.updateOne(filter, { $inc: { guarded: 1 } }, inSession(inner))
    if (matchedCount === 0) throw leaseLost(lease)
    return send({ ...inner, queue: null })
  })
}
