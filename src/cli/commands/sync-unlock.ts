import { counted, oneLine } from '../output/text.js'
import { usageError } from '../usage-error.js'
import { type Command, type CommandContext, type CommandResult, declined } from './command.js'
import { everyCommandsFlags } from './shared-flags.js'
import { namedInbox, syncStoreOf, tenantFlag } from './sync-shared.js'

export const syncUnlock: Command = {
  name: 'sync unlock',
  summary: 'free the lock of an inbox, or with --expired all whose time is over',
  words: [],
  flags: [...tenantFlag, 'expired', 'account', 'inbox', 'yes', ...everyCommandsFlags],
  async run(context) {
    const { expired = false, account, inbox } = context.flags
    if (!expired) return unlockOne(context)
    if (account !== undefined || inbox !== undefined) throw usageError('--expired', 'is for all accounts; leave --account and --inbox out')
    return unlockExpired(context)
  },
}

/** Asks nothing, because such a lock is in nobody's way, and nobody's work ends with it. */
async function unlockExpired(context: CommandContext): Promise<CommandResult> {
  const store = await syncStoreOf(context)
  const { cleanupExpiredLocks } = await import('../../sync/index.js')
  const freed = await cleanupExpiredLocks(store)
  return { exitCode: 0, report: { freed }, text: () => `${counted(freed, 'lock')} freed.` }
}

async function unlockOne(context: CommandContext): Promise<CommandResult> {
  const { accountId, oaId } = namedInbox(context)
  const what = `This takes the lock of ${oaId} from whoever pulls it; that sync ends, and can be gone on with.`
  if (!(await context.confirm(what))) return declined()
  const account = (await syncStoreOf(context)).forAccount(accountId)
  const { breakSyncLock } = await import('../../sync/index.js')
  const freed = await breakSyncLock(account, { oaId })
  const text = freed === null ? `Nobody had the lock of ${oaId}.` : `The lock of ${oaId} was taken from ${freed.lockedBy}.`
  return { exitCode: 0, report: { accountId, oaId, freed }, text: () => oneLine(text) }
}
