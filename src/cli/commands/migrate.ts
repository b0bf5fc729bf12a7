import { exitCodeOf } from '../exit-code.js'
import { migrationsText } from '../output/migrations.js'
import type { Command } from './command.js'
import { checkedStore, withSchemaText } from './schema-check.js'
import { choiceFlags, everyCommandsFlags, runFlags, runOptionsOf } from './shared-flags.js'

export const migrate: Command = {
  name: 'migrate',
  summary: "bring the store, or the public database and then the tenants', to the program's version",
  words: [],
  flags: [
    ...choiceFlags,
    ...runFlags,
    'to',
    'index-set',
    'allow-out-of-order',
    'no-create',
    'verbose',
    'serving-role',
    ...everyCommandsFlags,
  ],
  async run(context) {
    const { migrator, flags, settings } = context
    const report = await migrator.migrate({
      ...runOptionsOf(context),
      ...(flags.to === undefined ? {} : { to: flags.to }),
      ...(flags.servingRoles === undefined ? {} : { servingRoles: flags.servingRoles }),
      dryRun: settings.dryRun,
      indexSet: settings.indexSet,
      allowOutOfOrder: flags.allowOutOfOrder ?? false,
      noCreate: flags.noCreate ?? false,
      verbose: flags.verbose ?? false,
    })
    const isPartial = flags.to !== undefined || flags.collection !== undefined
    const checked = await checkedStore(settings.dryRun ? { ...context, checkSchema: null } : context, exitCodeOf(report.verdict), isPartial)
    return {
      exitCode: checked.exitCode,
      report: checked.schema === null ? report : { ...report, schema: checked.schema },
      text: () => withSchemaText(migrationsText(report, settings.scope), checked),
    }
  },
}
