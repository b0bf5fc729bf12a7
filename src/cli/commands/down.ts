import type { DownOptions } from '../../migrator/migrator.js'
import { exitCodeOf } from '../exit-code.js'
import { downText } from '../output/migrations.js'
import { type CommandContext, type CommandResult, declined, runOptionsOf } from './command.js'

export async function down(context: CommandContext): Promise<CommandResult> {
  const { migrator, flags, settings, confirm } = context
  const { retryFailed: _, ...run } = runOptionsOf(context)
  const options: DownOptions = { ...run, ...(flags.to === undefined ? {} : { to: flags.to }), dryRun: settings.dryRun }
  if (!settings.dryRun && !(await confirm(question(context)))) return declined()
  const report = await migrator.down(options)
  return { exitCode: exitCodeOf(report.verdict), report, text: () => downText(report) }
}

function question({ flags }: CommandContext): string {
  const what = flags.to === undefined ? 'the last migration' : `all that is later than ${flags.to}`
  const where = flags['public-only']
    ? 'the public database'
    : (flags.tenant?.join(', ') ?? (flags['tenants-only'] ? 'all tenants' : 'all databases'))
  return `This undoes ${what} of ${where}; data that it holds is lost.`
}
