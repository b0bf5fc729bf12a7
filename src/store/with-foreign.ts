import type { MigrationReport, SchemaReport } from './schema-port.js'

/** The report of a migration that applied something, with the foreign indexes that the look afterwards has found. */
export async function withForeign(migrated: Promise<MigrationReport>, look: () => Promise<SchemaReport>): Promise<MigrationReport> {
  const report = await migrated
  if (report.applied.length === 0) return report
  const { foreign } = await look()
  return foreign === undefined ? report : { ...report, foreign }
}
