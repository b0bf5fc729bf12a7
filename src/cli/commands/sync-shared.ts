import type { ConversationStore } from '../../store/create-conversation-store.js'
import type { FlagName } from '../options/flags.js'
import { usageError } from '../usage-error.js'
import type { CommandContext } from './command.js'

/** The flag that says in whose database the sync is at work. */
export const tenantFlag = ['tenant'] as const satisfies readonly FlagName[]

/** The store whose syncs are meant. Throws VALIDATION_FAILED if several tenants are named. */
export function syncStoreOf(context: CommandContext): Promise<ConversationStore> {
  return context.openStore(tenantOf(context))
}

/** Throws VALIDATION_FAILED if several tenants are named. */
export function tenantOf({ flags }: CommandContext): string | null {
  const [tenantId = null, ...others] = flags.tenantIds ?? []
  if (others.length > 0) throw usageError('--tenant', 'must be one tenant: each has its own database')
  return tenantId
}

/** The inbox that the flags name. Throws VALIDATION_FAILED if they name none. */
export function namedInbox({ flags }: CommandContext): { readonly accountId: string; readonly oaId: string } {
  if (flags.account === undefined) throw usageError('--account', 'is needed: the account whose inbox is meant')
  if (flags.inbox === undefined) throw usageError('--inbox', 'is needed: the inbox, by the id that its channel gives it')
  return { accountId: flags.account, oaId: flags.inbox }
}

/** The command that goes on with a session. */
export function resumingText(of: {
  readonly accountId: string
  readonly oaId: string
  readonly session: string
  readonly tenantId?: string | null
}): string {
  const { accountId, oaId, session, tenantId = null } = of
  const tenant = tenantId === null ? [] : [flagText('tenant', tenantId)]
  return ['conversation-store sync', ...tenant, flagText('account', accountId), flagText('inbox', oaId), flagText('resume', session)].join(
    ' ',
  )
}

/** A flag with its value, as a shell takes it. */
export function flagText(name: FlagName, value: string): string {
  return `--${name}=${/^[\w.:@/+-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`}`
}

/** A time in whole seconds or minutes, for people. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}
