import type { ListedMigration } from '../../migrator/migrator.js'
import { columns } from '../output/columns.js'
import { oneLine } from '../output/text.js'
import type { Command } from './command.js'
import { everyCommandsFlags } from './shared-flags.js'

export const list: Command = {
  name: 'list',
  summary: 'the migrations of the program, in order; asks no database',
  words: [],
  flags: everyCommandsFlags,
  async run({ migrator }) {
    const migrations = migrator.list()
    return { exitCode: 0, report: { migrations }, text: () => textOf(migrations) }
  },
}

function textOf(migrations: readonly ListedMigration[]): string {
  if (migrations.length === 0) return 'The program has no migrations.'
  const rows = migrations.map(({ id, name, description, isPublic, isTenant, steps }) =>
    [id, name, [isPublic && 'public', isTenant && 'tenants'].filter(Boolean).join(', '), String(steps.length), description].map(oneLine),
  )
  return columns([['ID', 'NAME', 'WHERE', 'STEPS', ''], ...rows])
}
