import { exitCodeOf, exitCodes } from '../exit-code.js'
import { statusText } from '../output/status-text.js'
import { type CommandContext, type CommandResult, choiceOf } from './command.js'

export async function status(context: CommandContext): Promise<CommandResult> {
  const { indexSet, concurrency } = context.settings
  const report = await context.migrator.status({ ...choiceOf(context), indexSet, concurrency })
  const isPending = context.flags.check && report.verdict === 'pending'
  return { exitCode: isPending ? exitCodes.pending : exitCodeOf(report.verdict), report, text: () => statusText(report) }
}
