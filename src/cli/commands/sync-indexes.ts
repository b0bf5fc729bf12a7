import type { IndexAction, IndexFinding } from '../../migrator/kernel/index-findings.js'
import type { IndexReport, SyncIndexesOptions, SyncIndexesReport } from '../../migrator/migrator.js'
import { exitCodeOf } from '../exit-code.js'
import { databasesText } from '../output/databases.js'
import { counted, dryRunNote } from '../output/text.js'
import type { Scope } from '../scope.js'
import { type Command, type CommandContext, declined } from './command.js'
import { choiceFlags, everyCommandsFlags, runFlags, runOptionsOf } from './shared-flags.js'

export const syncIndexes: Command = {
  name: 'sync:indexes',
  summary: 'make the indexes what the migrations declare',
  words: [],
  flags: [...choiceFlags, ...runFlags, 'index-set', 'table', 'prune', ...everyCommandsFlags],
  async run(context) {
    const { migrator, flags, settings, confirm } = context
    const { indexSet, dryRun } = settings
    const options: SyncIndexesOptions = { ...runOptionsOf(context), indexSet, prune: flags.prune ?? false, ...tableOf(context) }
    // Somebody who gave `--yes` does not have to wait until the run has looked at each database first.
    if (!dryRun && !flags.yes) {
      const drops = dropsOf(await migrator.syncIndexes({ ...options, dryRun: true, onProgress: () => {} }))
      const what = `This drops ${counted(drops.length, 'index', 'indexes')}: ${listed(drops)}.`
      if (drops.length > 0 && !(await confirm(what))) return declined()
    }
    const report = await migrator.syncIndexes({ ...options, dryRun })
    return { exitCode: exitCodeOf(report.verdict), report, text: () => textOf(report, settings.scope) }
  },
}

function tableOf({ flags: { table } }: CommandContext): Pick<SyncIndexesOptions, 'table'> {
  return table === undefined ? {} : { table }
}

/** Lists the indexes that would be dropped. A replaced index is dropped too, once the new one stands. */
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

function textOf(report: SyncIndexesReport, scope: Scope): string {
  return `${dryRunNote(report)}${databasesText(report, { scope, about: aboutIndexes, more: indexLines })}`
}

function aboutIndexes({ state, actions, findings }: IndexReport): string {
  const undeclared = findings.filter(({ verdict }) => verdict === 'unmanaged').length
  const different = findings.filter(({ verdict }) => !['equal', 'renamed', 'unmanaged'].includes(verdict)).length
  return [
    ...(actions.length > 0 ? [counted(actions.length, 'action')] : []),
    // The findings are older than the actions, which have mended what they name.
    ...(different > 0 && state !== 'applied' ? [`${different} of ${findings.length - undeclared} not as declared`] : []),
    ...(undeclared > 0 ? [`${undeclared} undeclared`] : []),
  ].join(', ')
}

function indexLines({ actions, findings }: IndexReport): readonly string[] {
  const acted = new Set(actions.map(({ collection, index }) => `${collection}.${index}`))
  return [
    ...actions.flatMap(actionLines),
    // An action already says what it deals with.
    ...findings.filter(({ collection, index, verdict }) => verdict !== 'equal' && !acted.has(`${collection}.${index}`)).map(findingLine),
  ]
}

function actionLines({ collection, index, action, would, obstacles }: IndexAction): readonly string[] {
  return [
    `${action} ${collection}.${index}`,
    ...would.map((statement) => `  ${statement}`),
    ...obstacles.map((obstacle) => `  ! ${obstacle}`),
  ]
}

function findingLine({ collection, index, verdict, found, differences }: IndexFinding): string {
  const other = found === null || found === index ? '' : ` (found: ${found})`
  return `${verdict} ${collection}.${index}${other}${differences.length === 0 ? '' : `: ${differences.join('; ')}`}`
}
