import type { ConversationStore } from '../../store/create-conversation-store.js'
import type { SyncSession, SyncStatistics } from '../../store/sync-port.js'
import type { SyncLockState } from '../../sync/index.js'
import { everyAccount } from '../every-account.js'
import { exitCodes } from '../exit-code.js'
import { columns } from '../output/columns.js'
import { counted, oneLine } from '../output/text.js'
import type { Command, CommandContext } from './command.js'
import { everyCommandsFlags } from './shared-flags.js'
import { locksOf } from './sync-locks.js'
import { durationText, resumingText, syncStoreOf, tenantFlag, tenantOf } from './sync-shared.js'

export const syncStatus: Command = {
  name: 'sync status',
  summary: 'how the syncs of each inbox went; with --check, whether one needs somebody',
  words: [],
  flags: [...tenantFlag, 'account', 'check', ...everyCommandsFlags],
  async run(context) {
    const store = await syncStoreOf(context)
    const locks = await locksOf(store, context)
    const inboxes = await inboxesOf(store, context)
    const troubles = [
      ...locks.filter(({ status }) => status === 'EXPIRED').map(expiredText),
      ...inboxes.flatMap((inbox) => failureLines(inbox, tenantOf(context))),
    ]
    return {
      exitCode: context.flags.check && troubles.length > 0 ? exitCodes.pending : exitCodes.done,
      report: { inboxes, expiredLocks: locks.filter(({ status }) => status === 'EXPIRED') },
      text: () => textOf(inboxes, troubles),
    }
  },
}

/** An inbox with the session that began last. */
interface SyncedInbox extends SyncStatistics {
  readonly lastSession: SyncSession | null
}

async function inboxesOf(store: ConversationStore, { flags }: CommandContext): Promise<readonly SyncedInbox[]> {
  const operator = store.forOperator()
  const accountIds = flags.account === undefined ? await everyAccount((asked) => operator.findSyncAccounts(asked)) : [flags.account]
  const inboxes: SyncedInbox[] = []
  for (const accountId of accountIds) {
    const account = store.forAccount(accountId)
    for await (const statistics of account.syncStatistics()) {
      const [lastSession = null] = (await account.listSyncSessions({ oaId: statistics.oaId, limit: 1 })).items
      inboxes.push({ ...statistics, lastSession })
    }
  }
  return inboxes
}

function textOf(inboxes: readonly SyncedInbox[], troubles: readonly string[]): string {
  if (inboxes.length === 0) return ['No inbox was pulled yet.', ...troubles].join('\n')
  const rows = inboxes.map(rowOf)
  const table = columns([['ACCOUNT', 'INBOX', 'LAST', 'SESSIONS', 'COMPLETED', 'PAGES', 'MESSAGES', 'P50', 'P95', 'LOCK'], ...rows])
  return [table, ...(troubles.length > 0 ? [troubles.join('\n')] : []), counted(inboxes.length, 'inbox', 'inboxes')].join('\n\n')
}

function rowOf({ lastSession, ...inbox }: SyncedInbox): readonly string[] {
  const { accountId, oaId, sessions, completionRate, pages, messages, p50Ms, p95Ms, lock } = inbox
  const time = (ms: number | null) => (ms === null ? '-' : durationText(ms))
  return [
    accountId,
    oaId,
    lastSession?.status ?? '-',
    String(sessions),
    completionRate === null ? '-' : `${Math.round(completionRate * 100)} %`,
    String(pages),
    String(messages),
    time(p50Ms),
    time(p95Ms),
    lock ?? '-',
  ].map(oneLine)
}

function expiredText({ accountId, oaId, lockedBy, expiresAt }: SyncLockState): string {
  return oneLine(`! ${accountId} ${oaId}: the lock of ${lockedBy} ran out at ${expiresAt.toISOString()}, and nobody released it`)
}

function failureLines({ accountId, oaId, lastSession }: SyncedInbox, tenantId: string | null): readonly string[] {
  if (lastSession?.status !== 'failed') return []
  const { lastError, finishedAt, origin, sessionId } = lastSession
  const why = lastError === null ? 'no reason is known' : lastError.message
  const next =
    finishedAt === null && origin === 'pulled' ? [`  next: ${resumingText({ accountId, oaId, session: sessionId, tenantId })}`] : []
  return [`! ${accountId} ${oaId}: the last session failed: ${why}`, ...next].map(oneLine)
}
