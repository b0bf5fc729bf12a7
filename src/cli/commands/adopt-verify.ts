import { exitCodes } from '../exit-code.js'
import { columns } from '../output/columns.js'
import { oneLine } from '../output/text.js'
import { classesText } from './adopt-accounts.js'
import { indexFlags, indexOptions, openHostTables, resultOf } from './adopt-shared.js'
import type { Command } from './command.js'
import { everyCommandsFlags } from './shared-flags.js'
import { tenantFlag } from './sync-shared.js'

export const adoptVerify: Command = {
  name: 'adopt verify',
  summary: 'tell what your tables lack until accounts are walls in them',
  words: [],
  flags: [...tenantFlag, ...indexFlags, ...everyCommandsFlags],
  async run(context) {
    const { common, integrations } = await openHostTables(context)
    const { verifyAccountIsolation } = await import('../../adoption/index.js')
    const report = await verifyAccountIsolation({ ...common, integrations, ...indexOptions(context) })
    const accounts = report.accounts.map(({ accountId, conversations }) => [oneLine(accountId), String(conversations)])
    return resultOf(report.ok ? exitCodes.done : exitCodes.pending, report, () => [
      classesText(report),
      ...(accounts.length === 0 ? [] : ['', columns([['ACCOUNT', 'CONVERSATIONS'], ...accounts])]),
      ...report.acrossAccounts.map(({ oaId, accounts: shared }) =>
        oneLine(`inbox ${oaId} is in ${shared.map(({ accountId, conversations }) => `${accountId} (${conversations})`).join(', ')}`),
      ),
      '',
      ...report.problems.map((problem) => oneLine(`! ${problem}`)),
      report.ok ? 'Accounts are walls.' : 'Accounts are no walls yet.',
    ])
  },
}
