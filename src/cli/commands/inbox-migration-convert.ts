import { usageError } from '../usage-error.js'
import { type Command, declined } from './command.js'
import { begun, betweenInboxes, confirmMoving, migrationFlags, migrationsOf } from './inbox-migration-shared.js'
import { everyCommandsFlags } from './shared-flags.js'

export const inboxMigrationConvert: Command = {
  name: 'inbox-migration convert',
  summary: 'connect the same number under another provider, and move everybody there',
  words: [],
  flags: [...migrationFlags, 'source', 'destination', 'provider', 'user', 'yes', ...everyCommandsFlags],
  flagHelp: { destination: 'the new inbox, which is connected by this', yes: 'do not ask for MIGRATE' },
  async run(context) {
    const { provider, user } = context.flags
    const { sourceOaId, destinationOaId: newOaId } = betweenInboxes(context)
    if (provider === undefined) throw usageError('--provider', 'is needed: who carries the number from now on')
    const { moves } = await migrationsOf(context)
    const what = `This connects ${newOaId} with ${provider}, and moves everybody of ${sourceOaId} there.`
    if (!(await confirmMoving(context, what))) return declined()
    return begun(context, await moves.convert({ sourceOaId, newOaId, provider, userId: user ?? null }))
  },
}
