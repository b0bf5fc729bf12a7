import type { ListedMigration } from '../../migrator/migrator.js'
import { columns } from './columns.js'
import { oneLine } from './text.js'

export function listText(migrations: readonly ListedMigration[]): string {
  if (migrations.length === 0) return 'The program has no migrations.'
  const rows = migrations.map(({ id, name, description, isPublic, isTenant, steps }) =>
    [id, name, [isPublic && 'public', isTenant && 'tenants'].filter(Boolean).join(', '), String(steps.length), description].map(oneLine),
  )
  return columns([['ID', 'NAME', 'WHERE', 'STEPS', ''], ...rows])
}
