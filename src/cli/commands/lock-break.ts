import { brokenLockText } from '../output/locks-text.js'
import { type CommandContext, type CommandResult, declined } from './command.js'

export async function lockBreak({ migrator, words, confirm }: CommandContext): Promise<CommandResult> {
  const [database = ''] = words
  if (!(await confirm(`This takes the lock of ${database} from whoever holds it; a runner at work there fails.`))) return declined()
  const holder = await migrator.breakLock(database)
  return { exitCode: 0, report: { database, brokenHolder: holder }, text: () => brokenLockText(database, holder) }
}
