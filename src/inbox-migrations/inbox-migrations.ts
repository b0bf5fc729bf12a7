import { ConversationStoreError } from '../model/errors.js'
import type { Inbox } from '../model/inboxes.js'
import { parse } from '../model/validation/parse.js'
import type { InboxMigration } from '../store/inbox-move-port.js'
import type { ListInboxMigrationsInput } from '../store/inbox-moves.js'
import type { CallOptions } from '../store/inputs.js'
import type { PagedList } from '../store/paged-list.js'
import type { InboxMigrationAudit } from './audit.js'
import { systemClock } from './clock.js'
import { connectConverted, requireConvertible } from './convert.js'
import { ineligibility, requireEligible, whatsAppFamily } from './eligibility.js'
import { requireFresh } from './fingerprint.js'
import type { ConvertOptions, InboxMigrationPreview, InboxMigrationsOptions, MigratingAccount, StartOptions } from './options.js'
import { countInbox } from './preview.js'
import type { InboxMigrationProgress } from './progress.js'
import { isRefusal } from './refusals.js'
import {
  cancelMigrationInput,
  convertInboxInput,
  eligibleDestinationsInput,
  previewMigrationInput,
  startMigrationInput,
  undoMigrationInput,
} from './schemas.js'
import { type WatchOptions, watchMigration } from './watch.js'

/** The moves of one account's inboxes. */
export interface InboxMigrations {
  /** The inboxes into which the source's people may move. Throws NOT_FOUND. */
  eligibleDestinations(input: { readonly sourceOaId: string }): Promise<readonly Inbox[]>
  /** Counts what a start would find, part by part. Throws NOT_FOUND, INBOX_NOT_ELIGIBLE. */
  preview(input: { readonly sourceOaId: string; readonly destinationOaId: string }, options?: CallOptions): Promise<InboxMigrationPreview>
  /**
   * Counts the source, and begins a migration, which a worker then takes up. Reply windows are over for those who move.
   * Throws NOT_FOUND, INBOX_NOT_ELIGIBLE, STALE_PREVIEW, INBOX_MIGRATION_IN_PROGRESS.
   */
  start(input: StartOptions): Promise<InboxMigration>
  /**
   * Connects the same number under another provider, and begins a migration to it. Reply windows stay. `newOaId` may
   * be an inbox that is known, if it has this provider or none: another one is VALIDATION_FAILED, because it may be
   * another number, and `connectInbox` changes a provider. Nothing is connected by a call that is refused, unless a
   * migration of one of the two inboxes begins at the same time. Throws what `start` and `connectInbox` throw.
   */
  convert(input: ConvertOptions): Promise<InboxMigration>
  get(migrationId: string, options?: CallOptions): Promise<InboxMigration | null>
  /** The newest first. */
  list(input?: ListInboxMigrationsInput, options?: CallOptions): PagedList<InboxMigration>
  /** Cancels a queued one at once, and a running one by its next batch. What moved stays moved. Throws NOT_FOUND. */
  cancel(migrationId: string, by?: { readonly userId?: string | null }): Promise<InboxMigration>
  /**
   * Begins a migration that moves back what another one moved, as far as it came, which a worker then takes up. It asks
   * nobody whether the inboxes are eligible, so it goes on where one of them is disconnected. What was opened in the
   * destination since stays there. Throws NOT_FOUND, INBOX_MIGRATION_IN_PROGRESS, INBOX_UNDO_REFUSED.
   */
  undo(migrationId: string, by?: { readonly userId?: string | null }): Promise<InboxMigration>
  /** Tells how far one is whenever that changed, until it is over. Throws NOT_FOUND. */
  watch(migrationId: string, options?: WatchOptions): AsyncIterable<InboxMigrationProgress>
}

/** Moves all conversations of an inbox to another one: `account` is `store.forAccount(id)`. It sends nothing yet. */
export function inboxMigrations(account: MigratingAccount, options: InboxMigrationsOptions = {}): InboxMigrations {
  const { onAudit = () => undefined, family = whatsAppFamily, clock = systemClock } = options
  const { accountId } = account

  return {
    async eligibleDestinations(given) {
      const { sourceOaId } = parse(eligibleDestinationsInput, given)
      const inboxes = await allInboxes()
      const source = required(inboxes, sourceOaId)
      return [...inboxes.values()].filter((inbox) => ineligibility(source, inbox, family) === null)
    },

    async preview(given, callOptions) {
      const between = parse(previewMigrationInput, given)
      await requireBoth(between)
      return countInbox(account, between, callOptions?.signal ?? null)
    },

    async start(given) {
      const { expect, userId = null, onActiveConflict, ...between } = parse(startMigrationInput, given)
      return audited({ ...between, userId }, async () => {
        await requireBoth(between)
        const preview = await countInbox(account, between, null)
        if (expect !== undefined) requireFresh(expect, preview)
        return account.beginInboxMigration({ ...between, userId, onActiveConflict, counted: countsOf(preview) })
      })
    },

    async convert(given) {
      const { sourceOaId, newOaId, provider, userId = null } = parse(convertInboxInput, given)
      const between = { sourceOaId, destinationOaId: newOaId }
      return audited({ ...between, userId }, async () => {
        const inboxes = await allInboxes()
        const conversion = { source: required(inboxes, sourceOaId), newOaId, provider, known: inboxes.get(newOaId) }
        await requireConvertible(account, conversion, family)
        const preview = await countInbox(account, between, null)
        await connectConverted(account, conversion)
        const begun = { ...between, userId, kind: 'convert', onActiveConflict: 'skip', counted: countsOf(preview) } as const
        return account.beginInboxMigration(begun)
      })
    },

    get: async (migrationId, callOptions) => account.findInboxMigration({ migrationId }, callOptions),
    list: (input, callOptions) => account.listInboxMigrations(input, callOptions),

    async cancel(given, by = {}) {
      const { migrationId, userId = null } = parse(cancelMigrationInput, { migrationId: given, ...by })
      const migration = await account.endInboxMigration({ migrationId, as: 'cancelled' })
      const { sourceOaId, destinationOaId, status } = migration
      await onAudit({ type: 'cancelled', accountId, migrationId, sourceOaId, destinationOaId, userId, status })
      return migration
    },

    async undo(given, by = {}) {
      const { migrationId, userId = null } = parse(undoMigrationInput, { migrationId: given, ...by })
      const known = await account.findInboxMigration({ migrationId })
      if (known === null) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox migration' })
      const who = { sourceOaId: known.destinationOaId, destinationOaId: known.sourceOaId, userId }
      return audited(who, () => account.undoInboxMigration({ migrationId, userId }))
    },

    watch: (migrationId, watchOptions = {}) => watchMigration(account, migrationId, watchOptions, clock),
  }

  async function allInboxes(): Promise<ReadonlyMap<string, Inbox>> {
    const inboxes = new Map<string, Inbox>()
    for await (const inbox of account.listInboxes()) inboxes.set(inbox.oaId, inbox)
    return inboxes
  }

  async function requireBoth({ sourceOaId, destinationOaId }: Pick<StartOptions, 'sourceOaId' | 'destinationOaId'>): Promise<void> {
    const inboxes = await allInboxes()
    requireEligible(required(inboxes, sourceOaId), required(inboxes, destinationOaId), family)
  }

  /** Tells of a start, or of why there was none. */
  async function audited(
    who: Pick<InboxMigrationAudit, 'sourceOaId' | 'destinationOaId' | 'userId'>,
    start: () => Promise<InboxMigration>,
  ): Promise<InboxMigration> {
    const migration = await start().catch(async (error: unknown) => {
      if (isRefusal(error)) await onAudit({ type: 'refused', accountId, migrationId: null, ...who, code: error.code })
      throw error
    })
    const { id: migrationId, kind, status } = migration
    // It has begun: what the audit throws from here on is no refusal.
    await onAudit({ type: kind === 'undo' ? 'undo' : 'started', accountId, migrationId, ...who, status })
    return migration
  }
}

function required(inboxes: ReadonlyMap<string, Inbox>, oaId: string): Inbox {
  const inbox = inboxes.get(oaId)
  if (inbox === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
  return inbox
}

function countsOf({ conversations, messages, attachments, contactInboxes }: InboxMigrationPreview) {
  return { conversations, messages, attachments, contactInboxes }
}
