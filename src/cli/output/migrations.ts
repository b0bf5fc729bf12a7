import type { DatabaseReport, MigrateReport, PreviewedMigration } from '../../migrator/migrator.js'
import { keptInWords } from '../../model/kept-data.js'
import type { Scope } from '../scope.js'
import { databasesText, type StateWords } from './databases.js'
import { counted, dryRunNote, foreignInWords } from './text.js'

/** Returns what a run did with the migrations of each database, or would do. */
export function migrationsText(report: MigrateReport, scope: Scope, words?: StateWords): string {
  const about = ({ migrations, isNew }: DatabaseReport) =>
    [
      ...(isNew ? [report.dryRun ? 'will be created' : 'created'] : []),
      ...(migrations.length === 0 ? [] : [`${counted(migrations.length, 'migration')}: ${migrations.join(', ')}`]),
    ].join('; ')
  return `${dryRunNote(report)}${databasesText(report, { scope, about, more: previewLines, ...(words === undefined ? {} : { words }) })}`
}

function previewLines({ creation, preview, kept = [], foreign = [] }: DatabaseReport): readonly string[] {
  return [
    ...(creation === undefined ? [] : ['before the first migration', ...stepLines(creation)]),
    ...preview.flatMap(({ migration, steps }) => [migration, ...steps.flatMap(stepLines)]),
    ...kept.map((each) => `kept: ${keptInWords(each)}, and down drops no data without --drop-data`),
    ...(foreign.length === 0 ? [] : [`! ${foreignInWords(foreign)}`]),
  ]
}

function stepLines({ step, would, count, obstacles }: PreviewedMigration['steps'][number]): readonly string[] {
  return [
    `  ${step}${count === null ? '' : ` (over ${count})`}`,
    ...would.map((statement) => `    ${statement}`),
    ...obstacles.map((obstacle) => `    ! ${obstacle}`),
  ]
}
