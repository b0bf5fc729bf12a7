import type { SyncIndexesOptions, SyncIndexesReport } from '../../migrator/migrator.js'
import { exitCodeOf } from '../exit-code.js'
import { indexesText } from '../output/indexes-text.js'
import { counted } from '../output/text.js'
import { type CommandContext, type CommandResult, declined, runOptionsOf } from './command.js'

export async function syncIndexes(context: CommandContext): Promise<CommandResult> {
  const { migrator, flags, settings, confirm } = context
  const { indexSet, dryRun } = settings
  const options: SyncIndexesOptions = { ...runOptionsOf(context), indexSet, prune: flags.prune }
  // Whoever said yes need not wait for a look at each database before the run.
  if (!dryRun && !flags.yes) {
    const drops = dropsOf(await migrator.syncIndexes({ ...options, dryRun: true, onProgress: () => {} }))
    const what = `This drops ${counted(drops.length, 'index').replace(/indexs$/, 'indexes')}: ${listed(drops)}.`
    if (drops.length > 0 && !(await confirm(what))) return declined()
  }
  const report = await migrator.syncIndexes({ ...options, dryRun })
  return { exitCode: exitCodeOf(report.verdict), report, text: () => indexesText(report) }
}

/** A replaced one is dropped too, once the new one stands. */
function dropsOf(report: SyncIndexesReport): readonly string[] {
  return [...(report.public === null ? [] : [report.public]), ...report.tenants].flatMap(({ database, actions }) =>
    actions
      .filter(({ action }) => action === 'drop' || action === 'replace')
      .map(({ collection, index }) => `${database}.${collection}.${index}`),
  )
}

function listed(names: readonly string[]): string {
  return names.length <= 10 ? names.join(', ') : `${names.slice(0, 10).join(', ')} and ${names.length - 10} more`
}
