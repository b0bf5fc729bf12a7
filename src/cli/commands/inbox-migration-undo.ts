import { ConversationStoreError } from '../../model/errors.js'
import { counted } from '../output/text.js'
import { type Command, declined } from './command.js'
import { begun, confirmMoving, migrationFlags, migrationsOf, theMigration } from './inbox-migration-shared.js'
import { everyCommandsFlags } from './shared-flags.js'

export const inboxMigrationUndo: Command = {
  name: 'inbox-migration undo',
  summary: 'move back what a migration has moved; a worker does it',
  words: theMigration,
  flags: [...migrationFlags, 'user', 'yes', ...everyCommandsFlags],
  flagHelp: { yes: 'do not ask for MIGRATE' },
  async run(context) {
    const [migrationId = ''] = context.words
    const { moves } = await migrationsOf(context)
    const migration = await moves.get(migrationId)
    if (migration === null) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox migration' })
    const { moved, sourceOaId, destinationOaId } = migration
    const what = `This moves ${counted(moved.conversations, 'conversation')} from ${destinationOaId} back to ${sourceOaId}.`
    if (!(await confirmMoving(context, what))) return declined()
    return begun(context, await moves.undo(migrationId, { userId: context.flags.user ?? null }))
  },
}
