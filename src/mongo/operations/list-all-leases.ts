import type { AccountLease, ListAllLeases } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { operatorScope } from '../../store/operator-scope.js'
import { inSession, type MongoContext } from '../context.js'
import { text } from '../documents/fields.js'
import { lease, leaseFields } from '../documents/leases.js'
import type { Doc } from '../driver.js'
import { heldLeasesKey } from '../schema/hinted-keys.js'

/** The leases of all accounts, by account, kind and key. One command, by the index of those that are held. */
export async function listAllLeases(context: MongoContext, input: ListAllLeases): Promise<AdapterPage<AccountLease>> {
  const { kind, limit, after } = input
  const [accountId, afterKind, afterKey] = after ?? []
  const past: Doc =
    after === null
      ? { accountId: { $gt: operatorScope } }
      : {
          accountId: { $gte: accountId },
          $or: [
            { accountId: { $gt: accountId } },
            { accountId, kind: { $gt: afterKind } },
            { accountId, kind: afterKind, key: { $gt: afterKey } },
          ],
        }
  const filter = { ...past, ...(kind === null ? {} : { kind }), holder: { $exists: true } }
  const options = {
    ...inSession(context),
    projection: { ...leaseFields, accountId: 1 },
    sort: heldLeasesKey,
    hint: heldLeasesKey,
    limit: limit + 1,
    batchSize: limit + 1,
  }
  const docs = await context.collections.leases.find(filter, options).toArray()
  return pageOf(docs, limit, (doc) => ({ accountId: text(doc.accountId), ...lease(doc) }))
}
