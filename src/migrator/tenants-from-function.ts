import type { Tenant, TenantFunction } from './databases.js'

/**
 * Yields the tenants that were asked for. A host's function may return tenants that nobody asked for, and may leave out
 * some that were asked for: those come at the end, as unknown.
 */
export async function* tenantsFromFunction(source: TenantFunction, only: readonly string[] | null): AsyncGenerator<Tenant> {
  const wanted = only === null ? null : new Set(only)
  for await (const tenant of source(only)) {
    if (wanted === null || wanted.delete(tenant.tenantId)) yield tenant
  }
  for (const tenantId of wanted ?? []) yield { tenantId, database: null, isUnknown: true }
}
