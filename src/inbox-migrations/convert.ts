import { ConversationStoreError } from '../model/errors.js'
import type { Inbox } from '../model/inboxes.js'
import { refusal } from '../model/validation/refusal.js'
import { type InboxFamily, requireEligible } from './eligibility.js'
import type { MigratingAccount } from './options.js'

/** A number that goes to another provider: its inbox, and the one that it is to have from then on. */
export interface Conversion {
  readonly source: Inbox
  readonly newOaId: string
  readonly provider: string
  /** The new inbox, where it was connected before. */
  readonly known: Inbox | undefined
}

/**
 * Throws what a conversion is refused for, before anything is written: INBOX_NOT_ELIGIBLE, VALIDATION_FAILED for an
 * inbox that another provider carries, and INBOX_MIGRATION_IN_PROGRESS.
 */
export async function requireConvertible(account: MigratingAccount, conversion: Conversion, family: InboxFamily): Promise<void> {
  const { source, newOaId, provider, known } = conversion
  const metadata = known?.metadata ?? null
  requireEligible(source, { oaId: newOaId, channel: channelOf(conversion), provider, metadata, status: 'connected' }, family)
  const carrier = known?.provider ?? provider
  if (carrier !== provider) throw refusal(['provider'], 'must be the one that newOaId has already; change that one by connectInbox first')
  const both = [source.oaId, newOaId]
  for await (const { id: migrationId, sourceOaId, destinationOaId } of account.listInboxMigrations({ active: true })) {
    if (![sourceOaId, destinationOaId].some((oaId) => both.includes(oaId))) continue
    throw new ConversationStoreError('INBOX_MIGRATION_IN_PROGRESS', { migrationId, sourceOaId, destinationOaId })
  }
}

/** Connects the new inbox, with the name and the rules of the source unless it is known. */
export async function connectConverted(account: MigratingAccount, conversion: Conversion): Promise<void> {
  const { source, newOaId: oaId, provider, known } = conversion
  const { name, chatbotId, onClosed } = source
  const own = known === undefined ? { name, chatbotId, onClosed } : {}
  await account.connectInbox({ oaId, channel: channelOf(conversion), provider, ...own })
}

function channelOf({ known }: Conversion): string {
  return known?.channel ?? 'whatsapp'
}
