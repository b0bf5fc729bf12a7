import { ConversationStoreError } from '../model/errors.js'
import type { Tenant } from './databases.js'
import { migrateTarget } from './kernel/run-target.js'
import type { DatabaseReport } from './migrator.js'
import type { MigratorContext } from './migrator-context.js'
import { requireOptions, targetRun } from './run-options.js'

/**
 * This looks at no other tenant, nor at the public database, because whoever created the tenant has written there
 * already.
 */
export async function onTenantCreated({ databases, logger }: MigratorContext, { tenantId, database }: Tenant): Promise<DatabaseReport> {
  if (database === null) {
    throw new ConversationStoreError('VALIDATION_FAILED', {
      issues: [{ path: 'database', message: 'must name the database of the tenant' }],
    })
  }
  const run = targetRun(requireOptions({}), {}, logger, () => true)
  const { applied } = await migrateTarget(databases.tenantTarget(database), run)
  const state = applied.length > 0 ? 'applied' : 'up-to-date'
  return { tenantId, database, state, migrations: applied, preview: [], failure: null, why: null }
}
