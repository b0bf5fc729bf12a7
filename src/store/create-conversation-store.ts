import { shortId } from '../model/ids.js'
import type { InboxOwner } from '../model/inboxes.js'
import type { JsonObject } from '../model/json.js'
import { readSignal } from '../model/validation/call-options.js'
import { checkMetadata } from '../model/validation/host-metadata.js'
import { parse } from '../model/validation/parse.js'
import { findInboxOwnerInput } from '../model/validation/read-schemas.js'
import { id } from '../model/validation/scalars.js'
import type { AccountContext } from './account-context.js'
import type { AccountConversations } from './account-conversations.js'
import { accountInboxMoveReads, accountInboxMoveWrites } from './account-inbox-moves.js'
import { accountSyncReads, accountSyncWrites } from './account-syncs.js'
import type { MigrateStoreOptions, MigrationReport, SchemaReport } from './adapter.js'
import { allLeases } from './all-leases.js'
import { accountChanges } from './changes.js'
import { type Dispatch, retryingDispatch, transactionDispatch } from './dispatch.js'
import { accountFinds } from './finds.js'
import { guardedWrites } from './guarded-writes.js'
import { inboxMigrationAccounts } from './inbox-migration-accounts.js'
import type { CallOptions } from './inputs.js'
import { accountLeases } from './leases.js'
import { accountLists } from './lists.js'
import { accountMerges } from './merges.js'
import type { OperatorCalls } from './operator-calls.js'
import { operatorScope } from './operator-scope.js'
import { accountPeopleAndInboxes } from './people-and-inboxes.js'
import { accountReceipts } from './receipts.js'
import { retryPolicy } from './retry.js'
import { type ConversationStoreOptions, migrateInput, readStoreOptions } from './store-options.js'
import { syncAccounts } from './sync-accounts.js'
import { accountUpserts } from './upserts.js'
import { webhookJournal } from './webhook-journal.js'

/** What `store.using(tx)` returns: the same calls, inside the host's own transaction. */
export interface TransactionConversations<TMetadata = JsonObject> {
  /** Returns the conversations of one account. Throws VALIDATION_FAILED for an empty or malformed id. */
  forAccount(accountId: string): AccountConversations<TMetadata>
  /**
   * Finds the account that has connected a channel identity, or returns null. It is the only call that names no
   * account, because a webhook does not know which account it belongs to.
   */
  findInboxOwner(input: { readonly channel: string; readonly oaId: string }, options?: CallOptions): Promise<InboxOwner | null>
}

/** Customer conversations in the host's own database. After `close()` every call rejects with STORE_CLOSED. */
export interface ConversationStore<TMetadata = JsonObject> extends TransactionConversations<TMetadata> {
  /**
   * Returns the same calls inside the host's own transaction: that of a pg client, a PGlite transaction or a Mongo
   * ClientSession, depending on the adapter. These calls do not commit, roll back, retry or queue anything. CONTENTION
   * goes to the host, because only the host can run its transaction again.
   */
  using(transaction: unknown): TransactionConversations<TMetadata>
  /** Returns the calls of whoever operates the store: about what belongs to no account, and about all accounts. */
  forOperator(): OperatorCalls
  /**
   * Creates the store's schema, or brings it up to date. A second run does nothing, and any number of processes may
   * call it at once. With `servingRoles` (PostgreSQL and PGlite) it also grants those roles what they need to serve.
   * Throws SCHEMA_TOO_NEW when a newer version of this library has migrated the database, UNSUPPORTED for an option
   * that the engine doesn't have, and VALIDATION_FAILED for a role that the database doesn't have.
   */
  migrate(options?: MigrateStoreOptions): Promise<MigrationReport>
  /** Compares the schema in the database with the one that this version makes. It changes nothing. */
  checkSchema(): Promise<SchemaReport>
  /**
   * Closes what the store has opened itself, and nothing that the host has passed in. Further calls return the same
   * promise.
   */
  close(): Promise<void>
  /** Calls `close()` at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Makes a store over an adapter. It opens and sends nothing before the first call. Throws VALIDATION_FAILED for
 * malformed options.
 */
export function createConversationStore<TMetadata = JsonObject>(
  options: ConversationStoreOptions<TMetadata>,
): ConversationStore<TMetadata> {
  const { adapter, clock, newId = shortId, metadata, onClosed = 'new', retry, deadlineMs } = readStoreOptions(options)
  const lifecycle = { closed: false }
  const dispatch = retryingDispatch(adapter.operations, retryPolicy(retry, deadlineMs), lifecycle)
  let closing: Promise<void> | undefined

  const contextOf = (over: Dispatch, accountId: string): AccountContext => ({
    accountId,
    dispatch: over,
    newId,
    now: () => clock?.() ?? null,
    defaultOnClosed: onClosed,
    parse(schema, input) {
      over.assertOpen()
      return parse(schema, input)
    },
    withMetadata(input, path = ['metadata']) {
      if (metadata === undefined || input.metadata === undefined || input.metadata === null) return input
      return checkMetadata(metadata, input.metadata, path).then((checked) => ({ ...input, metadata: checked }))
    },
  })

  const calls = (over: Dispatch): TransactionConversations<TMetadata> => ({
    forAccount(given) {
      const context = contextOf(over, parse(id, given, ['accountId']))
      // The host's schema has checked what is stored, so the JSON that is read back has the type that the schema
      // returns.
      return accountConversations(context) as AccountConversations<unknown> as AccountConversations<TMetadata>
    },

    async findInboxOwner(given, callOptions) {
      over.assertOpen()
      const { channel, oaId } = parse(findInboxOwnerInput, given)
      const signal = readSignal(callOptions)
      return over.read(signal, (operations, bounds) => operations.findInboxOwner({ channel, oaId, ...bounds }))
    },
  })

  const close = (): Promise<void> => {
    lifecycle.closed = true
    const ended = closing ?? adapter.close()
    closing = ended
    return ended
  }
  return {
    ...calls(dispatch),
    forOperator: () => ({
      ...accountLeases(contextOf(dispatch, operatorScope)),
      ...allLeases(contextOf(dispatch, operatorScope)),
      ...syncAccounts(contextOf(dispatch, operatorScope)),
      ...inboxMigrationAccounts(contextOf(dispatch, operatorScope)),
      ...webhookJournal((accountId) => contextOf(dispatch, accountId)),
    }),
    using: (transaction) => calls(transactionDispatch(adapter.using(transaction), lifecycle)),
    async migrate(options = {}) {
      dispatch.assertOpen()
      const { servingRoles } = parse(migrateInput, options)
      return adapter.migrate(servingRoles === undefined ? {} : { servingRoles })
    },
    async checkSchema() {
      dispatch.assertOpen()
      return adapter.checkSchema()
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function accountConversations(context: AccountContext): AccountConversations {
  return {
    accountId: context.accountId,
    ...guardedWrites(context, accountUpserts),
    ...guardedWrites(context, accountChanges),
    ...guardedWrites(context, accountMerges),
    ...accountFinds(context),
    ...accountLists(context),
    ...guardedWrites(context, accountPeopleAndInboxes),
    ...guardedWrites(context, accountReceipts),
    ...accountLeases(context),
    ...guardedWrites(context, accountSyncWrites),
    ...accountSyncReads(context),
    ...guardedWrites(context, accountInboxMoveWrites),
    ...accountInboxMoveReads(context),
  }
}
