import type { TenantFailure, TenantFailures } from '../../migrator/databases.js'
import type { Doc, MongoDb } from '../../mongo/driver.js'
import { writeConcern } from '../../mongo/schema/collections.js'
import { translated } from '../../mongo/translate-error.js'

const failuresName = 'conversation_store_tenant_failures'

/** Keeps the tenants whose last run failed in the public database, in one document each. */
export function tenantFailures(db: MongoDb): TenantFailures {
  const failures = db.collection(failuresName, { writeConcern, readPreference: 'primary' })
  return {
    list: () => translated(async () => (await failures.find({}, { sort: { _id: 1 } }).toArray()).map(toFailure)),
    record: ({ tenantId, database, migration, step, message }) =>
      translated(async () => {
        const fields = { database, migration, step, message }
        const set = Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, { $literal: value }]))
        await failures.updateOne({ _id: tenantId }, [{ $set: { ...set, failed_at: '$$NOW' } }], { upsert: true })
      }),
    clear: (tenantId) =>
      translated(async () => {
        await failures.deleteOne({ _id: tenantId })
      }),
  }
}

function toFailure({ _id, database, migration, step, message }: Doc): TenantFailure {
  return {
    tenantId: String(_id),
    database: String(database),
    migration: textOrNull(migration),
    step: textOrNull(step),
    message: String(message),
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
