import { exitCodeOf } from '../exit-code.js'
import { ledgerWords } from '../output/databases.js'
import { migrationsText } from '../output/migrations.js'
import { usageError } from '../usage-error.js'
import { type Command, type CommandContext, declined } from './command.js'
import { changer, choiceFlags, everyCommandsFlags, ledgerFlags, runOptionsOf } from './shared-flags.js'

export const resolve: Command = {
  name: 'resolve',
  summary: 'say in the ledger what became of a migration that was mended by hand or taken out',
  words: [{ name: 'migration', optional: false }],
  flags: [...choiceFlags, 'applied', 'rolled-back', 'forget', ...ledgerFlags, ...everyCommandsFlags],
  stateWords: ledgerWords,
  async run(context) {
    const { migrator, settings, words, confirm } = context
    const [migration = ''] = words
    const as = resolutionOf(context)
    const what = `This writes into the ledger that ${migration} ${sentences[as]}, and runs nothing.`
    if (!settings.dryRun && !(await confirm(what))) return declined()
    const report = await migrator.resolve({ ...runOptionsOf(context), migration, as, by: changer(), dryRun: settings.dryRun })
    return { exitCode: exitCodeOf(report.verdict), report, text: () => migrationsText(report, settings.scope, ledgerWords) }
  },
}

const sentences = { applied: 'is applied', 'rolled-back': 'is undone', forget: 'never was' } as const

function resolutionOf({ flags }: CommandContext): keyof typeof sentences {
  const given = [
    ...(flags.applied ? (['applied'] as const) : []),
    ...(flags.rolledBack ? (['rolled-back'] as const) : []),
    ...(flags.forget ? (['forget'] as const) : []),
  ]
  const [only] = given
  if (only === undefined || given.length > 1) throw usageError('resolve', 'needs one of --applied, --rolled-back and --forget')
  return only
}
