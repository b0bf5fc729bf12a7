import type { DoctorReport } from './migrator.js'
import type { MigratorContext } from './migrator-context.js'

export async function doctor({ databases }: MigratorContext): Promise<DoctorReport> {
  const diagnoses = await databases.diagnose()
  return { diagnoses, verdict: diagnoses.some(({ state }) => state === 'problem') ? 'error' : 'done' }
}
