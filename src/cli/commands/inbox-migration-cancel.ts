import { exitCodes } from '../exit-code.js'
import { oneLine } from '../output/text.js'
import type { Command } from './command.js'
import { migrationFlags, migrationsOf, resultText, theMigration } from './inbox-migration-shared.js'
import { everyCommandsFlags } from './shared-flags.js'

export const inboxMigrationCancel: Command = {
  name: 'inbox-migration cancel',
  summary: 'end a migration; what moved stays moved',
  words: theMigration,
  flags: [...migrationFlags, 'user', ...everyCommandsFlags],
  async run(context) {
    const [migrationId = ''] = context.words
    const { moves } = await migrationsOf(context)
    const migration = await moves.cancel(migrationId, { userId: context.flags.user ?? null })
    const { status, completedAt } = migration
    const now = completedAt === null ? 'ends with its next batch' : `is ${status}`
    return {
      exitCode: exitCodes.done,
      report: { migration },
      text: () => oneLine(`The migration ${migrationId} ${now}: ${resultText(migration)}`),
    }
  },
}
