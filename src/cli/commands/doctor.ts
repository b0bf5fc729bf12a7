import { exitCodeOf } from '../exit-code.js'
import { columns } from '../output/columns.js'
import { oneLine } from '../output/text.js'
import type { Command } from './command.js'
import { everyCommandsFlags } from './shared-flags.js'

export const doctor: Command = {
  name: 'doctor',
  summary: 'look at the server: version, rights, transactions, indexes, clock',
  words: [],
  flags: everyCommandsFlags,
  async run({ migrator }) {
    const report = await migrator.doctor()
    const rows = report.diagnoses.map(({ check, state, found }) => [check, state, found].map(oneLine))
    return { exitCode: exitCodeOf(report.verdict), report, text: () => columns([['CHECK', 'STATE', ''], ...rows]) }
  },
}
