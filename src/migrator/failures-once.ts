import type { TenantFailures } from './databases.js'
import type { MigratorContext } from './migrator-context.js'

/**
 * The context of one run, in which the tenants that failed are listed once, whoever asks: to count them, to work on
 * them, and to clear those that go well.
 */
export function listingFailuresOnce(context: MigratorContext): MigratorContext {
  const { databases } = context
  const { failures } = databases
  let listed: ReturnType<TenantFailures['list']> | null = null
  const list = () => {
    listed ??= failures.list()
    return listed
  }
  return { ...context, databases: { ...databases, failures: { ...failures, list } } }
}
