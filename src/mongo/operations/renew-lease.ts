import type { LeaseState, RenewLease, WriteStamp } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { heldFilter, lease, leaseFields } from '../documents/leases.js'
import { heldFor } from '../lease-statements.js'

/** Gives the token the lease for longer, unless it is another token's or nobody's by now. One command. */
export async function renewLease(context: MongoContext, input: WriteStamp & RenewLease): Promise<LeaseState | null> {
  const longer = [{ $set: heldFor(input.ttlMs) }]
  const options = { ...inSession(context), returnDocument: 'after', projection: leaseFields }
  const doc = await context.collections.leases.findOneAndUpdate(heldFilter(input.accountId, input), longer, options)
  return doc && lease(doc)
}
