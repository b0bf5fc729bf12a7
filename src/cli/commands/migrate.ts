import { exitCodeOf } from '../exit-code.js'
import { migrateText } from '../output/migrations.js'
import { type CommandContext, type CommandResult, runOptionsOf } from './command.js'

export async function migrate(context: CommandContext): Promise<CommandResult> {
  const { migrator, flags, settings } = context
  const report = await migrator.migrate({
    ...runOptionsOf(context),
    ...(flags.to === undefined ? {} : { to: flags.to }),
    dryRun: settings.dryRun,
    indexSet: settings.indexSet,
    allowOutOfOrder: flags['allow-out-of-order'],
  })
  return { exitCode: exitCodeOf(report.verdict), report, text: () => migrateText(report) }
}
