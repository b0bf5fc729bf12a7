import type { IndexAction, IndexFinding } from '../../migrator/kernel/index-findings.js'
import type { IndexReport, SyncIndexesReport } from '../../migrator/migrator.js'
import { databasesText } from './databases.js'
import { counted } from './text.js'

export function indexesText(report: SyncIndexesReport): string {
  return `${report.dryRun ? 'Dry run: nothing was changed.\n\n' : ''}${databasesText(report, aboutIndexes, indexLines)}`
}

function aboutIndexes({ state, actions, findings }: IndexReport): string {
  const undeclared = findings.filter(({ verdict }) => verdict === 'unmanaged').length
  const different = findings.filter(({ verdict }) => !['equal', 'renamed', 'unmanaged'].includes(verdict)).length
  return [
    ...(actions.length > 0 ? [counted(actions.length, 'action')] : []),
    // They are from before the actions.
    ...(different > 0 && state !== 'applied' ? [`${different} of ${findings.length - undeclared} not as declared`] : []),
    ...(undeclared > 0 ? [`${undeclared} undeclared`] : []),
  ].join(', ')
}

function indexLines({ actions, findings }: IndexReport): readonly string[] {
  const acted = new Set(actions.map(({ collection, index }) => `${collection}.${index}`))
  return [
    ...actions.flatMap(actionLines),
    // What an action deals with is said by the action.
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
