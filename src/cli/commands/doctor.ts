import { exitCodeOf } from '../exit-code.js'
import { doctorText } from '../output/doctor-text.js'
import type { CommandContext, CommandResult } from './command.js'

export async function doctor({ migrator }: CommandContext): Promise<CommandResult> {
  const report = await migrator.doctor()
  return { exitCode: exitCodeOf(report.verdict), report, text: () => doctorText(report) }
}
