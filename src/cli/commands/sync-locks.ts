import type { ConversationStore } from '../../store/create-conversation-store.js'
import type { SyncLockState } from '../../sync/index.js'
import { columns } from '../output/columns.js'
import { oneLine } from '../output/text.js'
import type { Command, CommandContext } from './command.js'
import { everyCommandsFlags } from './shared-flags.js'
import { durationText, syncStoreOf, tenantFlag } from './sync-shared.js'

export const syncLocks: Command = {
  name: 'sync locks',
  summary: 'who pulls which inbox, and the locks that nobody released',
  words: [],
  flags: [...tenantFlag, 'account', ...everyCommandsFlags],
  async run(context) {
    const locks = await locksOf(await syncStoreOf(context), context)
    return { exitCode: 0, report: { locks }, text: () => textOf(locks) }
  },
}

/** The locks of the account that the flags name, or else of all accounts. */
export async function locksOf(store: ConversationStore, { flags: { account } }: CommandContext): Promise<readonly SyncLockState[]> {
  // The command's other parts start without the sync.
  const { listSyncLocks } = await import('../../sync/index.js')
  const locks: SyncLockState[] = []
  for await (const lock of listSyncLocks(account === undefined ? store.forOperator() : store.forAccount(account))) locks.push(lock)
  return locks
}

function textOf(locks: readonly SyncLockState[]): string {
  if (locks.length === 0) return 'Nobody pulls an inbox.'
  const rows = locks.map(({ accountId, oaId, lockedBy, lockedAt, expiresAt, status, durationSeconds }) =>
    [accountId, oaId, status, lockedBy, lockedAt.toISOString(), expiresAt.toISOString(), durationText(durationSeconds * 1_000)].map(
      oneLine,
    ),
  )
  return columns([['ACCOUNT', 'INBOX', 'STATUS', 'HELD BY', 'SINCE', 'EXPIRES', 'FOR'], ...rows])
}
