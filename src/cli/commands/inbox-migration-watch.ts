import type { InboxMigrationProgress } from '../../inbox-migrations/index.js'
import { exitCodes } from '../exit-code.js'
import { oneLine } from '../output/text.js'
import type { Command } from './command.js'
import { lastPassText, migrationFlags, migrationsOf, progressText, resultText, theMigration } from './inbox-migration-shared.js'
import { everyCommandsFlags } from './shared-flags.js'

export const inboxMigrationWatch: Command = {
  name: 'inbox-migration watch',
  summary: 'show how far a migration is, until it is over',
  words: theMigration,
  flags: [...migrationFlags, ...everyCommandsFlags],
  async run(context) {
    const { words, signal, showProgress } = context
    const [migrationId = ''] = words
    const { moves } = await migrationsOf(context)
    let last: InboxMigrationProgress | null = null
    for await (const progress of moves.watch(migrationId, { signal })) {
      showProgress(progressText(progress))
      last = progress
    }
    const status = last?.migration.status
    const exitCode = status === 'completed' ? exitCodes.done : last?.migration.completedAt ? exitCodes.error : exitCodes.pending
    return { exitCode, report: last, text: () => (last === null ? 'Nothing was looked at.' : textOf(last)) }
  },
}

function textOf({ migration, percentage, endedByLastPass }: InboxMigrationProgress): string {
  const { id, status, completedAt, errorMessage } = migration
  const far = completedAt === null ? ` at ${percentage} %` : ''
  return [
    oneLine(`The migration ${id} is ${status}${far}: ${resultText(migration)}`),
    ...(errorMessage === null ? [] : [oneLine(`! ${errorMessage}`)]),
    ...(endedByLastPass ? [oneLine(`! ${lastPassText(migration)}`)] : []),
  ].join('\n')
}
