import type { InboxMigrationProgress, InboxMigrations } from '../../inbox-migrations/index.js'
import type { AccountConversations } from '../../store/account-conversations.js'
import type { InboxMigration } from '../../store/inbox-move-port.js'
import { exitCodes } from '../exit-code.js'
import type { FlagName } from '../options/flags.js'
import { counted, oneLine } from '../output/text.js'
import { usageError } from '../usage-error.js'
import type { CommandContext, CommandResult } from './command.js'
import { durationText, flagText, syncStoreOf, tenantFlag, tenantOf } from './sync-shared.js'

/** The flags that say in whose store the migrations are. */
export const migrationFlags = [...tenantFlag, 'account'] as const satisfies readonly FlagName[]
export const theMigration = [{ name: 'id', optional: false }] as const

/** The migrations of the account that the flags name. Throws VALIDATION_FAILED if they name none. */
export async function migrationsOf(context: CommandContext): Promise<{ account: AccountConversations; moves: InboxMigrations }> {
  const { flags, settings } = context
  if (flags.account === undefined) throw usageError('--account', 'is needed: the account whose inboxes are meant')
  const account = (await syncStoreOf(context)).forAccount(flags.account)
  // The command's other parts start without the migrations of inboxes.
  const { inboxMigrations } = await import('../../inbox-migrations/index.js')
  return { account, moves: inboxMigrations(account, settings.inboxMigrations) }
}

/** The inboxes that the flags name. Throws VALIDATION_FAILED if they name only one or none. */
export function betweenInboxes({ flags }: CommandContext): { readonly sourceOaId: string; readonly destinationOaId: string } {
  if (flags.source === undefined) throw usageError('--source', 'is needed: the inbox whose people move')
  if (flags.destination === undefined) throw usageError('--destination', 'is needed: the inbox to which they move')
  return { sourceOaId: flags.source, destinationOaId: flags.destination }
}

/** Asks for the word before something moves. */
export function confirmMoving({ confirmWord }: CommandContext, what: string): Promise<boolean> {
  return confirmWord(what, 'MIGRATE')
}

/** The result of a command that began a migration, with what to do next. */
export function begun(context: CommandContext, migration: InboxMigration): CommandResult {
  const { id, sourceOaId, destinationOaId, status } = migration
  return {
    exitCode: exitCodes.done,
    report: { migration },
    text: () =>
      [
        oneLine(`The migration ${id} from ${sourceOaId} to ${destinationOaId} is ${status}. A worker takes it up.`),
        oneLine(`Watch it: ${watching(context, id)}`),
      ].join('\n'),
  }
}

function watching(context: CommandContext, id: string): string {
  const tenantId = tenantOf(context)
  const tenant = tenantId === null ? [] : [flagText('tenant', tenantId)]
  return ['conversation-store inbox-migration watch', id, ...tenant, flagText('account', context.flags.account ?? '')].join(' ')
}

const barWidth = 20

/** How far a migration is, in one line. */
export function progressText({ migration, percentage, conversationsPerSecond, remainingMs }: InboxMigrationProgress): string {
  const filled = Math.floor((percentage * barWidth) / 100)
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}] ${percentage} %`
  return [
    `${migration.status} ${bar}`,
    movedText(migration),
    ...(conversationsPerSecond === null ? [] : [`${Math.round(conversationsPerSecond)} a second`]),
    ...(remainingMs === null ? [] : [`about ${durationText(remainingMs)} left`]),
  ].join(', ')
}

/** What has moved, of what was counted at the start. */
function movedText({ counted: all, moved }: InboxMigration): string {
  return `${moved.conversations} of ${counted(all.conversations, 'conversation')}, ${moved.messages} of ${counted(all.messages, 'message')}`
}

/** What has moved, and who stays, as the end of a sentence. */
export function resultText(migration: InboxMigration): string {
  const { skipped } = migration
  return `${movedText(migration)} moved${skipped === 0 ? '' : `, ${counted(skipped, 'person stays', 'people stay')}`}.`
}

/** What to do about a migration that ended although people may have come in behind its last pass. */
export function lastPassText({ kind, sourceOaId }: InboxMigration): string {
  const again = kind === 'convert' ? 'convert it once more' : 'start another migration'
  return `it ended with its last pass, and people may have come into ${sourceOaId} since; redirect that inbox, and ${again} for them`
}
