import { exitCodeOf } from '../exit-code.js'
import { ledgerWords } from '../output/databases.js'
import { migrationsText } from '../output/migrations.js'
import { usageError } from '../usage-error.js'
import { type Command, declined } from './command.js'
import { changer, choiceFlags, everyCommandsFlags, ledgerFlags, runOptionsOf } from './shared-flags.js'

export const baseline: Command = {
  name: 'baseline',
  summary: 'say in the ledger that your own migrations up to --to are applied, of a database that was made another way',
  words: [],
  flags: [...choiceFlags, 'to', ...ledgerFlags, ...everyCommandsFlags],
  stateWords: ledgerWords,
  async run(context) {
    const { migrator, flags, settings, confirm } = context
    const { to } = flags
    if (to === undefined) throw usageError('--to', 'is needed: the version up to which the database has everything')
    const what = `This writes into the ledgers that your own migrations up to ${to} are applied, and runs nothing.`
    if (!settings.dryRun && !(await confirm(what))) return declined()
    const report = await migrator.baseline({ ...runOptionsOf(context), to, by: changer(), dryRun: settings.dryRun })
    return { exitCode: exitCodeOf(report.verdict), report, text: () => migrationsText(report, settings.scope, ledgerWords) }
  },
}
