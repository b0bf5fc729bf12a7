import type { DatabaseStatus } from '../../migrator/migrator.js'
import { exitCodeOf, exitCodes } from '../exit-code.js'
import { databasesText } from '../output/databases.js'
import type { Command } from './command.js'
import { checkedStore, withSchemaText } from './schema-check.js'
import { choiceFlags, choiceOf, everyCommandsFlags } from './shared-flags.js'

export const status: Command = {
  name: 'status',
  summary: 'how each database stands',
  words: [],
  flags: [...choiceFlags, 'index-set', 'concurrency', 'check', ...everyCommandsFlags],
  async run(context) {
    const { indexSet, concurrency, scope } = context.settings
    const report = await context.migrator.status({ ...choiceOf(context), indexSet, concurrency })
    const isPending = report.verdict === 'pending'
    const exitCode = isPending && context.flags.check ? exitCodes.pending : exitCodeOf(report.verdict)
    const checked = await checkedStore(isPending ? { ...context, checkSchema: null } : context, exitCode, false)
    return {
      exitCode: checked.exitCode,
      report: checked.schema === null ? report : { ...report, schema: checked.schema },
      text: () => withSchemaText(databasesText(report, { scope, about: aboutDatabase }), checked),
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
