import type { Tenant, TenantFunction } from './databases.js'

/** A host's function may give more than was asked for, and not all of it. */
export async function* tenantsFromFunction(source: TenantFunction, only: readonly string[] | null): AsyncGenerator<Tenant> {
  const wanted = only === null ? null : new Set(only)
  for await (const tenant of source(only)) {
    if (wanted === null || wanted.delete(tenant.tenantId)) yield tenant
  }
  for (const tenantId of wanted ?? []) yield { tenantId, database: null }
}
