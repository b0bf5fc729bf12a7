import type { ReleaseLease, WriteStamp } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { heldFields, leaseFilter } from '../documents/leases.js'

/**
 * Takes the holder from the lease if it is this token's. The token stays. One command. The session in which the token's
 * writes were made stays named there, unless it is our own, in which nothing is left open: whoever acquires the lease
 * after somebody broke it has to be able to end what a holder that stands still has left.
 */
export async function releaseLease(context: MongoContext, input: WriteStamp & ReleaseLease): Promise<void> {
  const { accountId, token } = input
  const { collections, leaseSessions, session } = context
  const filter = { ...leaseFilter(accountId, input), token }
  const isOurs = session === null && leaseSessions.has(accountId, input)
  const { matchedCount } = await collections.leases.updateOne(
    filter,
    [{ $unset: isOurs ? [...heldFields, 'session'] : heldFields }],
    inSession(context),
  )
  if (isOurs && matchedCount > 0) await leaseSessions.end(accountId, input)
  else leaseSessions.forget(accountId, input)
}
