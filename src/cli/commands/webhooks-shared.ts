import type { ConversationStore } from '../../store/create-conversation-store.js'
import type { OperatorCalls } from '../../store/operator-calls.js'
import type { KeptOutcome } from '../../store/webhook-journal-port.js'
import type { FlagName } from '../options/flags.js'
import { usageError } from '../usage-error.js'
import type { CommandContext } from './command.js'

/** The flag that says in whose database the journal is. */
export const tenantFlag = ['tenant'] as const satisfies readonly FlagName[]

/** The flags that choose bodies of the journal. `filterOf` reads them. */
export const journalFlags = [...tenantFlag, 'account', 'since', 'channel', 'outcome'] as const satisfies readonly FlagName[]

/** The store whose journal is meant. Throws VALIDATION_FAILED if several tenants are named. */
export function storeOf({ flags, openStore }: CommandContext): Promise<ConversationStore> {
  const { tenantIds = [] } = flags
  const [tenantId = null, ...others] = tenantIds
  if (others.length > 0) throw usageError('--tenant', 'must be one tenant: each has a journal of its own')
  if (flags.account !== undefined && flags.allAccounts) throw usageError('--account', 'contradicts --all-accounts; give one of the two')
  return openStore(tenantId)
}

export async function journalOf(context: CommandContext): Promise<OperatorCalls> {
  return (await storeOf(context)).forOperator()
}

export function filterOf({ flags: { since, channel, outcome } }: CommandContext): {
  readonly since?: Date
  readonly channel?: string
  readonly outcome?: KeptOutcome
} {
  return { ...(since !== undefined && { since }), ...(channel !== undefined && { channel }), ...(outcome !== undefined && { outcome }) }
}
