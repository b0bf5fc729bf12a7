import { locksText } from '../output/locks-text.js'
import { type CommandContext, type CommandResult, choiceOf } from './command.js'

export async function lockShow(context: CommandContext): Promise<CommandResult> {
  const [only] = context.words
  const all = await context.migrator.showLocks(choiceOf(context))
  const locks = only === undefined ? all : all.filter(({ database }) => database === only)
  return { exitCode: 0, report: { locks }, text: () => locksText(locks) }
}
