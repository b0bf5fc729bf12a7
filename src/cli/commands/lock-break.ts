import { oneLine } from '../output/text.js'
import { type Command, declined } from './command.js'
import { everyCommandsFlags } from './shared-flags.js'

export const lockBreak: Command = {
  name: 'lock break',
  summary: 'take the lock of a database from its holder',
  words: [{ name: 'database', optional: false }],
  flags: ['yes', ...everyCommandsFlags],
  async run({ migrator, words, confirm }) {
    const [database = ''] = words
    if (!(await confirm(`This takes the lock of ${database} from whoever holds it; a runner at work there fails.`))) return declined()
    const broken = await migrator.breakLock(database)
    const text =
      broken === null
        ? `Nobody held the lock of ${database}.`
        : `The lock of ${database} was taken from ${broken.holder}, whose next write fails.`
    return { exitCode: 0, report: { database, brokenHolder: broken }, text: () => oneLine(text) }
  },
}
