import { hostname, userInfo } from 'node:os'
import type { DatabaseChoice, MigrateOptions } from '../../migrator/migrator.js'
import type { FlagName } from '../options/flags.js'
import type { CommandContext } from './command.js'

/** The flags that every command takes. The settings read those that say which store or platform is meant. */
export const everyCommandsFlags = [
  'config',
  'platform',
  'schema',
  'table-prefix',
  'collection-prefix',
  'json',
  'help',
  'version',
] as const satisfies readonly FlagName[]

/** The flags that choose among the databases of a platform. `choiceOf` reads them. */
export const choiceFlags = ['public-only', 'tenants-only', 'tenant', 'retry-failed'] as const satisfies readonly FlagName[]

/** The flags of every command that runs something. `runOptionsOf` and the settings read them. */
export const runFlags = [
  'dry-run',
  'no-dry-run',
  'collection',
  'concurrency',
  'on-error',
  'lock-wait',
  'batch-size',
  'yes',
] as const satisfies readonly FlagName[]

/** The flags of the commands that change a ledger and run nothing. */
export const ledgerFlags = runFlags.filter((name) => name !== 'batch-size')

/** Who changes a ledger, as its lines say it. */
export function changer(): string {
  try {
    return `${userInfo().username}@${hostname()}`
  } catch {
    // A container may run under a number that has no name.
    return hostname()
  }
}

export function choiceOf({ flags, signal }: Pick<CommandContext, 'flags' | 'signal'>): DatabaseChoice {
  const { publicOnly = false, tenantsOnly = false, retryFailed = false, tenantIds: tenants } = flags
  return { publicOnly, tenantsOnly, retryFailed, ...(tenants === undefined ? {} : { tenants }), signal }
}

export function runOptionsOf(context: CommandContext): Omit<MigrateOptions, 'to' | 'allowOutOfOrder' | 'indexSet' | 'dryRun'> {
  const { flags, settings, onProgress } = context
  const { concurrency, onError, lockWaitMs, batchSize } = settings
  return {
    ...choiceOf(context),
    ...(flags.collection === undefined ? {} : { collection: flags.collection }),
    concurrency,
    onError,
    lockWaitMs,
    batchSize,
    onProgress,
  }
}
