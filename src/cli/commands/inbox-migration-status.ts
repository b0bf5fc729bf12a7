import type { InboxMigrationProgress } from '../../inbox-migrations/index.js'
import type { AccountConversations } from '../../store/account-conversations.js'
import type { InboxMigration } from '../../store/inbox-move-port.js'
import type { LeaseState } from '../../store/lease-port.js'
import { everyAccount } from '../every-account.js'
import { exitCodes } from '../exit-code.js'
import { columns } from '../output/columns.js'
import { counted, oneLine } from '../output/text.js'
import type { Command, CommandContext } from './command.js'
import { lastPassText, migrationFlags } from './inbox-migration-shared.js'
import { everyCommandsFlags } from './shared-flags.js'
import { durationText, syncStoreOf } from './sync-shared.js'

export const inboxMigrationStatus: Command = {
  name: 'inbox-migration status',
  summary: 'how the migrations of an account go and went, or of all accounts those that are not over',
  words: [],
  flags: [...migrationFlags, 'source', 'limit', 'check', ...everyCommandsFlags],
  async run(context) {
    const migrations = await migrationsAtWork(context)
    const troubles = migrations.flatMap(troubleOf)
    return {
      exitCode: context.flags.check && troubles.length > 0 ? exitCodes.pending : exitCodes.done,
      report: { migrations },
      text: () => textOf(migrations, troubles),
    }
  },
}

/** A migration, with who works on it. */
interface Seen extends InboxMigrationProgress {
  /** Null when nobody does. */
  readonly worker: string | null
  /** Whether it is the newest of its source. */
  readonly isNewest: boolean
}

const defaultLimit = 20

async function migrationsAtWork(context: CommandContext): Promise<readonly Seen[]> {
  const { account, limit = defaultLimit } = context.flags
  const store = await syncStoreOf(context)
  if (account !== undefined) return seenOf(store.forAccount(account), context, { limit })
  const seen: Seen[] = []
  const operator = store.forOperator()
  for (const accountId of await everyAccount((asked) => operator.findInboxMigrationAccounts(asked))) {
    seen.push(...(await seenOf(store.forAccount(accountId), context, { limit, active: true })))
  }
  return seen
}

async function seenOf(
  account: AccountConversations,
  { flags: { source } }: CommandContext,
  { limit, active }: { readonly limit: number; readonly active?: boolean },
): Promise<readonly Seen[]> {
  // The command's other parts start without the migrations of inboxes.
  const { progressOf } = await import('../../inbox-migrations/index.js')
  const leases = new Map<string, LeaseState>()
  for await (const lease of account.listLeases({ kind: 'inbox-migration' })) leases.set(lease.key, lease)
  const seen: Seen[] = []
  const sources = new Set<string>()
  const found = account.listInboxMigrations({
    ...(source !== undefined && { sourceOaId: source }),
    ...(active !== undefined && { active }),
  })
  for await (const migration of found) {
    if (seen.length === limit) break
    const isNewest = !sources.has(migration.sourceOaId)
    sources.add(migration.sourceOaId)
    seen.push({ ...progressOf(migration), worker: leases.get(migration.id)?.holder ?? null, isNewest })
  }
  return seen
}

function textOf(seen: readonly Seen[], troubles: readonly string[]): string {
  if (seen.length === 0) return 'No inbox is moved.'
  const header = ['ACCOUNT', 'MIGRATION', 'KIND', 'FROM', 'TO', 'STATUS', 'DONE', 'MOVED', 'OF', 'STAY', 'LEFT', 'WORKER']
  const table = columns([header, ...seen.map(rowOf)])
  return [table, ...(troubles.length > 0 ? [troubles.join('\n')] : []), counted(seen.length, 'migration')].join('\n\n')
}

function rowOf({ migration, percentage, remainingMs, worker }: Seen): readonly string[] {
  const { accountId, id, kind, sourceOaId, destinationOaId, status, moved, counted: all, skipped } = migration
  return [
    accountId,
    id,
    kind,
    sourceOaId,
    destinationOaId,
    status,
    `${percentage} %`,
    String(moved.conversations),
    String(all.conversations),
    String(skipped),
    remainingMs === null ? '-' : durationText(remainingMs),
    worker ?? '-',
  ].map(oneLine)
}

/** How what is left goes on after one that failed. A start would end the reply windows that a conversion keeps. */
const anew = { move: 'start a new one', convert: 'convert once more', undo: 'undo the same one once more' } as const

/** What of it needs somebody. */
function troubleOf({ migration, worker, isNewest, endedByLastPass }: Seen): readonly string[] {
  if (migration.completedAt === null && worker === null) return [troubleText(migration, 'nobody works on it; start a worker')]
  if (endedByLastPass && isNewest) return [troubleText(migration, lastPassText(migration))]
  if (migration.status !== 'failed' || !isNewest) return []
  return [troubleText(migration, `it failed: ${migration.errorMessage ?? 'no reason is known'}; mend that, and ${anew[migration.kind]}`)]
}

function troubleText({ accountId, id }: InboxMigration, what: string): string {
  return oneLine(`! ${accountId} ${id}: ${what}`)
}
