import { listText } from '../output/list-text.js'
import type { CommandContext, CommandResult } from './command.js'

export async function list({ migrator }: CommandContext): Promise<CommandResult> {
  const migrations = migrator.list()
  return { exitCode: 0, report: { migrations }, text: () => listText(migrations) }
}
