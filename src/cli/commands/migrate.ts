import { exitCodeOf } from '../exit-code.js'
import { migrationsText } from '../output/migrations.js'
import type { Command } from './command.js'
import { choiceFlags, everyCommandsFlags, runFlags, runOptionsOf } from './shared-flags.js'

export const migrate: Command = {
  name: 'migrate',
  summary: "bring the public database, then the tenants', to the program's version",
  words: [],
  flags: [...choiceFlags, ...runFlags, 'to', 'index-set', 'allow-out-of-order', 'serving-role', ...everyCommandsFlags],
  async run(context) {
    const { migrator, flags, settings } = context
    const report = await migrator.migrate({
      ...runOptionsOf(context),
      ...(flags.to === undefined ? {} : { to: flags.to }),
      ...(flags.servingRoles === undefined ? {} : { servingRoles: flags.servingRoles }),
      dryRun: settings.dryRun,
      indexSet: settings.indexSet,
      allowOutOfOrder: flags.allowOutOfOrder ?? false,
    })
    return { exitCode: exitCodeOf(report.verdict), report, text: () => migrationsText(report) }
  },
}
