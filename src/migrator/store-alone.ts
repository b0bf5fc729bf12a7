import { refusal } from '../model/validation/refusal.js'
import type { MigrationDatabases, TenantFailures } from './databases.js'
import type { Ledger } from './kernel/ledger.js'

const nobodyFailed: TenantFailures = { list: async () => [], record: async () => {}, clear: async () => {} }

/**
 * The one store of a host that has no tenants, for the same migrator. It stands in the place of the public database.
 * `flags` choose it on the command line, for the commands that failures recommend.
 */
export function storeAlone(
  databases: Pick<MigrationDatabases, 'engine' | 'migrations' | 'publicTarget' | 'diagnose'>,
  flags: readonly string[],
): MigrationDatabases {
  const { publicTarget } = databases
  return {
    ...databases,
    publicTarget: withoutPlatform(publicTarget),
    storeAlone: { flags },
    tenantTarget: () => {
      throw refusal(['database'], `must be ${publicTarget.database}, the only one here; with --platform there are the tenants' too`)
    },
    async *tenants() {},
    failures: nobodyFailed,
  }
}

/**
 * Refuses a public database of a platform that holds no store. Otherwise a platform whose configuration was not found,
 * because the command was started elsewhere, would get the store's tables there.
 */
function withoutPlatform(target: MigrationDatabases['publicTarget']): MigrationDatabases['publicTarget'] {
  const owners = new Set(target.migrations.map(({ owner }) => owner))
  const isOfPlatform = ({ entries }: Ledger) =>
    entries.some(({ owner, name }) => owner === 'platform' && name.includes('client-configs')) &&
    !entries.some(({ owner }) => owners.has(owner))
  return {
    ...target,
    async readLedger() {
      const ledger = await target.readLedger()
      if (!isOfPlatform(ledger)) return ledger
      throw refusal(['--platform'], `is needed: ${target.database} is the public database of a platform, and holds no store`)
    },
  }
}
