import type { LeaseState, RenewLease, WriteStamp } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { lease, leaseFields, leaseFilter } from '../documents/leases.js'

/** Gives the token the lease for longer, unless it is another token's or nobody's by now. One command. */
export async function renewLease(context: MongoContext, input: WriteStamp & RenewLease): Promise<LeaseState | null> {
  const filter = { ...leaseFilter(input.accountId, input), token: input.token, holder: { $exists: true } }
  const longer = [{ $set: { expires_at: { $add: ['$$NOW', input.ttlMs] } } }]
  const options = { ...inSession(context), returnDocument: 'after', projection: leaseFields }
  const doc = await context.collections.leases.findOneAndUpdate(filter, longer, options)
  return doc && lease(doc)
}
