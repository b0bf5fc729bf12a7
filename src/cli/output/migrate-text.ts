import type { DatabaseReport, MigrateReport, PreviewedMigration } from '../../migrations/migrator.js'
import { databasesText } from './databases.js'
import { counted } from './text.js'

/** Of `migrate` and `down`. */
export function migrateText(report: MigrateReport): string {
  return `${report.dryRun ? 'Dry run: nothing was changed.\n\n' : ''}${databasesText(report, aboutDatabase, previewLines)}`
}

export function aboutDatabase({ migrations }: Pick<DatabaseReport, 'migrations'>): string {
  return migrations.length === 0 ? '' : `${counted(migrations.length, 'migration')}: ${migrations.join(', ')}`
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
