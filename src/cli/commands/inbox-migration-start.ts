import { usageError } from '../usage-error.js'
import { type Command, declined } from './command.js'
import { begun, betweenInboxes, confirmMoving, migrationFlags, migrationsOf } from './inbox-migration-shared.js'
import { everyCommandsFlags } from './shared-flags.js'

export const inboxMigrationStart: Command = {
  name: 'inbox-migration start',
  summary: 'move all people of an inbox to another one; a worker does it',
  words: [],
  flags: [...migrationFlags, 'source', 'destination', 'on-active-conflict', 'expect', 'user', 'yes', ...everyCommandsFlags],
  flagHelp: { yes: 'do not ask for MIGRATE' },
  async run(context) {
    const { expect, onActiveConflict, user, yes } = context.flags
    const between = betweenInboxes(context)
    if (onActiveConflict === undefined) {
      throw usageError('--on-active-conflict', 'is needed: merge, close_source or skip, for people whom the destination knows')
    }
    const { moves } = await migrationsOf(context)
    const started = { ...between, onActiveConflict, userId: user ?? null }
    if (yes !== undefined) return begun(context, await moves.start({ ...started, ...(expect !== undefined && { expect }) }))
    const { conversations, people, skipped, fingerprint } = await moves.preview(between, { signal: context.signal })
    const { sourceOaId, destinationOaId } = between
    const what = `This moves ${conversations} conversations of ${people} people from ${sourceOaId} to ${destinationOaId}, which knows ${skipped} of them.`
    if (!(await confirmMoving(context, what))) return declined()
    // What the person has just read holds, unless the command line names what somebody read before.
    return begun(context, await moves.start({ ...started, expect: expect ?? fingerprint }))
  },
}
