import type { Tenant, TenantFields } from '../../migrator/databases.js'
import type { Doc, MongoDb } from '../../mongo/driver.js'
import { estimatedCount } from '../../mongo/estimated-count.js'

/** Streams the tenants in pages by `_id`. Ids that the collection does not have come at the end, as unknown. */
export async function* tenantsOf(
  db: MongoDb,
  { collection = 'client_configs', tenantId = 'config_id', database = 'schema_name' }: TenantFields,
  only: readonly string[] | null,
  pageSize: number,
): AsyncIterable<Tenant> {
  const source = db.collection(collection, { readPreference: 'primary' })
  const absent = new Set(only ?? [])
  // The ids are compared as text, whatever their type is, because people name them as text.
  const id = { $convert: { input: `$${tenantId}`, to: 'string', onError: null, onNull: null } }
  let after: readonly unknown[] = []
  for (;;) {
    const conditions = [
      ...(only === null ? [] : [{ $in: [id, { $literal: [...only] }] }]),
      ...after.map((last) => ({ $gt: ['$_id', { $literal: last }] })),
    ]
    const page = await source
      .find(conditions.length === 0 ? {} : { $expr: { $and: conditions } }, {
        sort: { _id: 1 },
        limit: pageSize,
        projection: { _id: 1, tenant: id, database: `$${database}` },
        // The last id has to go back to the server in the type in which it came. Texts stay texts either way.
        promoteValues: false,
        bsonRegExp: true,
      })
      .toArray()
    for (const document of page) {
      const tenant = toTenant(document)
      absent.delete(tenant.tenantId)
      yield tenant
    }
    if (page.length < pageSize) break
    after = page.slice(-1).map(({ _id }) => _id)
  }
  for (const each of absent) yield { tenantId: each, database: null, isUnknown: true }
}

/** Counts the tenants. */
export function countTenants(db: MongoDb, { collection = 'client_configs' }: TenantFields): Promise<number> {
  return estimatedCount(db, collection)
}

function toTenant({ _id, tenant, database }: Doc): Tenant {
  return {
    tenantId: typeof tenant === 'string' && tenant !== '' ? tenant : String(_id),
    database: typeof database === 'string' && database !== '' ? database : null,
  }
}
