import type { AccountConversations } from '../store/account-conversations.js'
import type { KnownInDestination, OnActiveConflict } from '../store/inbox-move-port.js'
import type { OnAudit } from './audit.js'
import type { MigrationClock } from './clock.js'
import type { InboxFamily } from './eligibility.js'

/** The part of an account that moving an inbox needs: `store.forAccount(id)`. */
export type MigratingAccount = Pick<
  AccountConversations,
  | 'accountId'
  | 'listInboxes'
  | 'connectInbox'
  | 'beginInboxMigration'
  | 'undoInboxMigration'
  | 'moveInboxBatch'
  | 'endInboxMigration'
  | 'findInboxMigration'
  | 'listInboxMigrations'
  | 'previewInboxMove'
  | 'acquireLease'
  | 'renewLease'
  | 'releaseLease'
>

export interface InboxMigrationsOptions {
  /** Gets each start, each undo, each refusal, and each wish to cancel. The end of a migration is told by `work`'s. */
  readonly onAudit?: OnAudit
  /** Between which inboxes people may move. Default: those that carry WhatsApp. */
  readonly family?: InboxFamily
  /** For tests. */
  readonly clock?: MigrationClock
}

/** What a host says of its migrations wherever they are begun. */
export type InboxMigrationsConfig = Pick<InboxMigrationsOptions, 'onAudit' | 'family'>

export interface StartOptions {
  readonly sourceOaId: string
  readonly destinationOaId: string
  readonly onActiveConflict: OnActiveConflict
  /** Who starts it, in the host's words. */
  readonly userId?: string | null
  /**
   * The `fingerprint` of a preview. When a count changed since by more than 1 % of the inbox, it is STALE_PREVIEW: of
   * its conversations, messages or contact inboxes, and of its people for what becomes of them.
   */
  readonly expect?: string
}

export interface ConvertOptions {
  readonly sourceOaId: string
  /** The id of the new inbox. It is connected, with the name and the rules of the source, unless it is known. */
  readonly newOaId: string
  /** Who carries the number from now on. An inbox that is known must have it already, or none. */
  readonly provider: string
  readonly userId?: string | null
}

/** What a start would find. */
export interface InboxMigrationPreview {
  readonly sourceOaId: string
  readonly destinationOaId: string
  readonly conversations: number
  readonly messages: number
  readonly attachments: number
  readonly contactInboxes: number
  /** People of the source, those of them who have a contact, and those whom the destination doesn't know. */
  readonly people: number
  readonly contacts: number
  readonly unmatched: number
  /** People who are known by no phone number, whom another portfolio’s number can't reach before they write. */
  readonly unreachable: number
  /** People whom the destination knows. They stay where a migration skips. */
  readonly skipped: number
  /** Those of them whose active conversation meets another one there: `onActiveConflict` says what becomes of it. */
  readonly activeConflicts: number
  /** Those of them whose contact becomes one with another one, unless the migration skips. */
  readonly contactsToMerge: number
  /** Those of them who stay whatever `onActiveConflict` says. */
  readonly stayingApart: number
  /** The first 20 of those whom the destination knows, by `customerId`, with how they matched. */
  readonly known: readonly KnownInDestination[]
  /** For `expect` of `start`. */
  readonly fingerprint: string
}
