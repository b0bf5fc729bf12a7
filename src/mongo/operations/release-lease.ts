import type { ReleaseLease, WriteStamp } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { heldFields, leaseFilter } from '../documents/leases.js'

/** Takes the holder from the lease if it is this token's. The token stays. One command. */
export async function releaseLease(context: MongoContext, input: WriteStamp & ReleaseLease): Promise<void> {
  const filter = { ...leaseFilter(input.accountId, input), token: input.token }
  await context.collections.leases.updateOne(filter, [{ $unset: heldFields }], inSession(context))
}
