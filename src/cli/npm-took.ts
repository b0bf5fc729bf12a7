import type { Command } from './commands/command.js'
import { type FlagName, flagOf, flagUsage } from './options/flags.js'
import { usageError } from './usage-error.js'

/**
 * Flags that npm has itself (`npx --yes`, `npm_config_platform` of packages that are compiled). Without them a command
 * asks or says more than was wanted, and does nothing else than it was told.
 */
const npmsOwn: readonly FlagName[] = ['yes', 'json', 'help', 'version', 'platform', 'config']

/**
 * Throws VALIDATION_FAILED if npm has kept a flag for itself. In `npm run migrate --tenant=a`, without the `--` before
 * the flag, npm does that, and tells the script of it in the environment alone. The command would make a real run of
 * what was meant as a dry one, and work on all tenants instead of one.
 */
export function refuseWhatNpmTook(env: Readonly<Record<string, string | undefined>>, command: Command, argv: readonly string[]): void {
  for (const name of command.flags) {
    if (npmsOwn.includes(name) || argv.some((word) => word === `--${name}` || word.startsWith(`--${name}=`))) continue
    const isSwitch = flagOf(name).option.kind.placeholder === null
    const kept = env[`npm_config_${name.replaceAll('-', '_')}`]
    if (kept === undefined || kept === '' || (isSwitch && kept !== 'true')) continue
    throw usageError(`--${name}`, `was taken by npm: write \`npm run ${command.name} -- ${flagUsage(name)}\``)
  }
}
