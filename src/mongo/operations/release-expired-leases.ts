import type { ReleaseExpiredLeases } from '../../store/adapter.js'
import { operatorScope } from '../../store/operator-scope.js'
import { inSession, type MongoContext } from '../context.js'
import { heldFields } from '../documents/leases.js'
import { heldLeasesKey } from '../schema/hinted-keys.js'

/**
 * Takes the holders from the leases whose time is over by the server's clock, in one command. A lease that is renewed
 * or taken over meanwhile does not match any more. The documents and their tokens stay.
 */
export async function releaseExpiredLeases(context: MongoContext, input: ReleaseExpiredLeases): Promise<number> {
  const isOver = { $expr: { $lte: ['$expires_at', '$$NOW'] } }
  const filter = { accountId: { $gt: operatorScope }, kind: input.kind, holder: { $exists: true }, ...isOver }
  const options = { ...inSession(context), hint: heldLeasesKey }
  const { matchedCount } = await context.collections.leases.updateMany(filter, [{ $unset: heldFields }], options)
  return matchedCount
}
