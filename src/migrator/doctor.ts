import type { MigratorContext } from './create-migrator.js'
import type { DoctorReport } from './migrator.js'

export async function doctor({ databases }: MigratorContext): Promise<DoctorReport> {
  const diagnoses = await databases.diagnose()
  return { diagnoses, verdict: diagnoses.some(({ state }) => state === 'problem') ? 'error' : 'done' }
}
