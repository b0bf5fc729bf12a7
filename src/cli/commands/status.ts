import type { DatabaseStatus } from '../../migrator/migrator.js'
import { exitCodeOf, exitCodes } from '../exit-code.js'
import { databasesText } from '../output/databases.js'
import type { Command } from './command.js'
import { choiceFlags, choiceOf, everyCommandsFlags } from './shared-flags.js'

export const status: Command = {
  name: 'status',
  summary: 'how each database stands',
  words: [],
  flags: [...choiceFlags, 'index-set', 'concurrency', 'check', ...everyCommandsFlags],
  async run(context) {
    const { indexSet, concurrency } = context.settings
    const report = await context.migrator.status({ ...choiceOf(context), indexSet, concurrency })
    const isPending = context.flags.check && report.verdict === 'pending'
    return {
      exitCode: isPending ? exitCodes.pending : exitCodeOf(report.verdict),
      report,
      text: () => databasesText(report, aboutDatabase),
    }
  },
}

function aboutDatabase({ ledger, migrations }: DatabaseStatus): string {
  const applied = ledger.filter(({ state }) => state === 'applied').length
  // The reader came for the migrations that are at work, or that failed or died on the way.
  const others = ledger
    .filter(({ state }) => state !== 'applied' && state !== 'reverted')
    .map(({ id, state, attempts }) => `${id} ${state}${attempts > 1 ? ` (attempt ${attempts})` : ''}`)
  const pending = migrations.length === 0 ? [] : [`${migrations.length} pending: ${migrations.join(', ')}`]
  return [`${applied} applied`, ...pending, ...others].join('; ')
}
