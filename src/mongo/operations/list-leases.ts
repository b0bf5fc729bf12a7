import type { LeaseState, ListLeases } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { inSession, type MongoContext } from '../context.js'
import { lease, leaseFields } from '../documents/leases.js'

export async function listLeases(context: MongoContext, input: ListLeases): Promise<AdapterPage<LeaseState>> {
  const { accountId, kind, limit, after } = input
  const ofKind = kind === null ? {} : { kind }
  const [afterKind, afterKey] = after ?? []
  const past = after === null ? {} : { kind: { $gte: afterKind }, $or: [{ kind: { $gt: afterKind } }, { key: { $gt: afterKey } }] }
  const filter = { accountId, holder: { $exists: true }, ...past, ...ofKind }
  const options = { ...inSession(context), projection: leaseFields, sort: { kind: 1, key: 1 }, limit: limit + 1, batchSize: limit + 1 }
  return pageOf(await context.collections.leases.find(filter, options).toArray(), limit, lease)
}
