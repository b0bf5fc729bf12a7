import type { DownOptions } from '../../migrator/migrator.js'
import { exitCodeOf } from '../exit-code.js'
import { downWords } from '../output/databases.js'
import { migrationsText } from '../output/migrations.js'
import { type Command, type CommandContext, declined } from './command.js'
import { everyCommandsFlags, runFlags, runOptionsOf } from './shared-flags.js'

export const down: Command = {
  name: 'down',
  summary: 'undo the last migration of each database; with --to, all that is later',
  words: [],
  flags: ['public-only', 'tenants-only', 'tenant', ...runFlags, 'to', ...everyCommandsFlags],
  flagHelp: { to: 'undo all that is later than this version, which stays; 0: everything' },
  stateWords: downWords,
  async run(context) {
    const { migrator, flags, settings, confirm } = context
    const { retryFailed: _, ...run } = runOptionsOf(context)
    const options: DownOptions = { ...run, ...(flags.to === undefined ? {} : { to: flags.to }), dryRun: settings.dryRun }
    if (!settings.dryRun && !(await confirm(question(context)))) return declined()
    const report = await migrator.down(options)
    return { exitCode: exitCodeOf(report.verdict), report, text: () => migrationsText(report, settings.scope, downWords) }
  },
}

function question({ flags, settings }: CommandContext): string {
  const what = flags.to === undefined ? 'the last migration' : `all that is later than ${flags.to}`
  if (settings.scope === 'store') return `This undoes ${what} of the store; data that it holds is lost.`
  const where = flags.publicOnly
    ? 'the public database'
    : (flags.tenantIds?.join(', ') ?? (flags.tenantsOnly ? 'all tenants' : 'all databases'))
  return `This undoes ${what} of ${where}; data that it holds is lost.`
}
