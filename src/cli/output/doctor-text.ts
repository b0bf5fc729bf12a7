import type { DoctorReport } from '../../migrator/migrator.js'
import { columns } from './columns.js'
import { oneLine } from './text.js'

export function doctorText({ diagnoses }: DoctorReport): string {
  return columns([['CHECK', 'STATE', ''], ...diagnoses.map(({ check, state, found }) => [check, state, found].map(oneLine))])
}
