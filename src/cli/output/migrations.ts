import type { DatabaseReport, MigrateReport, PreviewedMigration } from '../../migrator/migrator.js'
import { databasesText, downWords, stateWords } from './databases.js'
import { counted } from './text.js'

export function migrateText(report: MigrateReport): string {
  return textOf(report, stateWords)
}

export function downText(report: MigrateReport): string {
  return textOf(report, downWords)
}

function textOf(report: MigrateReport, words: typeof stateWords): string {
  const about = ({ migrations }: DatabaseReport) =>
    migrations.length === 0 ? '' : `${counted(migrations.length, 'migration')}: ${migrations.join(', ')}`
  return `${report.dryRun ? 'Dry run: nothing was changed.\n\n' : ''}${databasesText(report, about, previewLines, words)}`
}

function previewLines({ preview }: DatabaseReport): readonly string[] {
  return preview.flatMap(({ migration, steps }) => [migration, ...steps.flatMap(stepLines)])
}

function stepLines({ step, would, count, obstacles }: PreviewedMigration['steps'][number]): readonly string[] {
  return [
    `  ${step}${count === null ? '' : ` (over ${count})`}`,
    ...would.map((statement) => `    ${statement}`),
    ...obstacles.map((obstacle) => `    ! ${obstacle}`),
  ]
}
