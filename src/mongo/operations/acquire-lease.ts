import type { AcquireLease, LeaseFound, WriteStamp } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { lease, leaseFields, leaseFilter } from '../documents/leases.js'
import type { Doc } from '../driver.js'
import { takeIfFree } from '../lease-statements.js'
import { literal } from '../literal.js'
import { upserted } from '../upserted.js'

/**
 * Acquires a lease: one command if it is held, two if it is free. The first takes the lease's document, with the token
 * after its last one. The second raises the last token, which stands in a document of its own, and only then the lease
 * is the caller's: if the last token is not lower, somebody has deleted the lease's document, and the lease is taken
 * again above that token. A process that dies between the two gave its token to nobody. Both documents remember the
 * operation, so a call that is sent again gets the token that it got before. Where the holder before has written, one
 * more command ends its session, so that the second one does not wait for a transaction of a dead process.
 */
export async function acquireLease(context: MongoContext, input: WriteStamp & AcquireLease): Promise<LeaseFound> {
  for (let above = 0; ; ) {
    const doc = await take(context, input, above)
    const found = lease(doc)
    if (doc.operation_id !== input.operationId) return { acquired: false, lease: found }
    if (doc.session) await context.leaseSessions.endLeft(doc.session, context.call)
    const last = await raiseLastToken(context, input, found.token)
    if (last.token < found.token || last.isOurs) return { acquired: true, lease: found }
    above = last.token
  }
}

function take(context: MongoContext, input: WriteStamp & AcquireLease, above: number): Promise<Doc> {
  const { accountId, kind, key, holder, ttlMs, operationId } = input
  const unless = { $and: [{ $eq: ['$operation_id', literal(operationId)] }, { $lte: ['$token', above] }] }
  const taken = takeIfFree({ holder, ttlMs, above, unless, mark: { operation_id: literal(operationId) } })
  const named = { $set: { kind: literal(kind), key: literal(key) } }
  const options = { ...inSession(context), upsert: true, returnDocument: 'after', projection: { ...leaseFields, session: 1 } }
  return upserted(() => context.collections.leases.findOneAndUpdate(leaseFilter(accountId, input), [named, taken], options))
}

/** Returns the last token before, which is 0 for a lease that nobody ever had, and whether this operation raised it. */
async function raiseLastToken(
  context: MongoContext,
  input: WriteStamp & AcquireLease,
  token: number,
): Promise<{ readonly token: number; readonly isOurs: boolean }> {
  const isHigher = { $lt: ['$token', token] }
  const set = { token: { $max: ['$token', token] }, operation_id: { $cond: [isHigher, literal(input.operationId), '$operation_id'] } }
  const options = { ...inSession(context), upsert: true, returnDocument: 'before', projection: { token: 1, operation_id: 1 } }
  const before = await upserted(() =>
    context.collections.lease_tokens.findOneAndUpdate(leaseFilter(input.accountId, input), [{ $set: set }], options),
  )
  const last = Number(before.token ?? 0)
  return { token: last, isOurs: last === token && before.operation_id === input.operationId }
}
