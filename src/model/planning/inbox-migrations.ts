import { ConversationStoreError } from '../errors.js'
import type { InboxCounts, InboxMigration, MovingKind, OnActiveConflict } from '../inbox-migrations.js'
import type { Inbox } from '../inboxes.js'

/** A migration as it is stored: with where it is, and the operation that changed it last. */
export interface InboxMigrationRow extends InboxMigration {
  /** The `customerId` up to which this pass has come. Null at the beginning of a pass. */
  readonly cursor: string | null
  /** How many people this pass has moved, or found changed by others while it came to them. */
  readonly passMoved: number
  readonly operationId: string
}

/** What is told of a migration. */
export function inboxMigrationOf({
  cursor: _,
  passMoved: _moved,
  operationId: _operation,
  ...migration
}: InboxMigrationRow): InboxMigration {
  return migration
}

/** The call that changes a migration. */
export interface MigrationStamp {
  readonly accountId: string
  readonly operationId: string
  readonly now: Date
}

const nothing: InboxCounts = { conversations: 0, messages: 0, attachments: 0, contactInboxes: 0 }

export interface BegunInput {
  readonly migrationId: string
  readonly kind: MovingKind
  readonly onActiveConflict: OnActiveConflict
  readonly userId: string | null
  readonly counted: InboxCounts
}

/** A migration as it begins. Throws NOT_FOUND for an inbox that was never connected. */
export function begunMigration(
  stamp: MigrationStamp,
  { migrationId: id, kind, onActiveConflict, userId, counted }: BegunInput,
  source: Inbox | undefined,
  destination: Inbox | undefined,
): InboxMigrationRow {
  if (source === undefined || destination === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
  const from = { sourceInboxId: source.id, sourceOaId: source.oaId }
  const to = { destinationInboxId: destination.id, destinationOaId: destination.oaId }
  return queued(stamp, { id, kind, undoes: null, onActiveConflict, userId, counted, ...from, ...to })
}

export interface BegunUndoInput {
  readonly migrationId: string
  readonly userId: string | null
}

/** The undo of a migration as it begins. It is to move back what the migration moved. */
export function begunUndo(
  stamp: MigrationStamp,
  { migrationId: id, userId }: BegunUndoInput,
  undone: InboxMigrationRow,
): InboxMigrationRow {
  const from = { sourceInboxId: undone.destinationInboxId, sourceOaId: undone.destinationOaId }
  const to = { destinationInboxId: undone.sourceInboxId, destinationOaId: undone.sourceOaId }
  const of = { undoes: undone.id, counted: undone.moved }
  return queued(stamp, { id, kind: 'undo', onActiveConflict: 'skip', userId, ...of, ...from, ...to })
}

type Begun = Pick<
  InboxMigrationRow,
  | 'id'
  | 'kind'
  | 'undoes'
  | 'sourceInboxId'
  | 'sourceOaId'
  | 'destinationInboxId'
  | 'destinationOaId'
  | 'onActiveConflict'
  | 'userId'
  | 'counted'
>

function queued({ accountId, operationId, now }: MigrationStamp, begun: Begun): InboxMigrationRow {
  return {
    accountId,
    status: 'queued',
    moved: nothing,
    contactsMerged: 0,
    skipped: 0,
    batches: 0,
    pass: 1,
    cancelRequestedAt: null,
    errorMessage: null,
    errorBacktrace: null,
    createdAt: now,
    startedAt: null,
    completedAt: null,
    updatedAt: now,
    cursor: null,
    passMoved: 0,
    operationId,
    ...begun,
  }
}

/** The migration that is to be undone. Throws NOT_FOUND, and INBOX_UNDO_REFUSED for one that is an undo itself. */
export function undoableMigration(row: InboxMigrationRow | null): InboxMigrationRow {
  if (row === null) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox migration' })
  if (row.kind !== 'undo') return row
  throw new ConversationStoreError('INBOX_UNDO_REFUSED', { migrationId: row.id, reason: 'is an undo', undoneBy: null })
}

/** Whether this is an undo that was completed: what it has undone can't be undone again. */
export function hasUndone({ undoes, status }: InboxMigrationRow, migrationId: string): boolean {
  return undoes === migrationId && status === 'completed'
}

/** Why a migration can't begin now: `found` takes part in one of its inboxes, or has undone what it is to undo. */
export function refusalBy(found: InboxMigrationRow): ConversationStoreError {
  const { id, sourceOaId, destinationOaId, undoes } = found
  return isActiveMigration(found)
    ? new ConversationStoreError('INBOX_MIGRATION_IN_PROGRESS', { migrationId: id, sourceOaId, destinationOaId })
    : new ConversationStoreError('INBOX_UNDO_REFUSED', { migrationId: undoes ?? id, reason: 'was undone', undoneBy: id })
}

/** Whether it may still move somebody. */
export function isActiveMigration({ completedAt }: InboxMigration): boolean {
  return completedAt === null
}

/**
 * The migration that a batch belongs to, and whether there is nothing to move: this operation has moved the batch
 * before, or the migration is over. Throws NOT_FOUND, and LEASE_LOST when another process has moved a batch since.
 */
export function migrationOfBatch(
  row: InboxMigrationRow | null,
  { operationId, now }: MigrationStamp,
  { migrationId, expectedBatches }: { readonly migrationId: string; readonly expectedBatches: number },
): { readonly row: InboxMigrationRow; readonly isDone: boolean } {
  if (row === null) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox migration' })
  if (row.operationId === operationId || !isActiveMigration(row)) return { row, isDone: true }
  if (row.cancelRequestedAt !== null) return { row: over(row, 'cancelled', now, operationId), isDone: true }
  if (row.batches !== expectedBatches)
    throw new ConversationStoreError('LEASE_LOST', { key: `inbox-migration ${migrationId}`, reason: 'taken over' })
  return { row, isDone: false }
}

/** What a batch did. */
export interface MovedBatch {
  readonly moved: InboxCounts
  /** The people who moved, or whom others changed while the batch came to them. */
  readonly unsettled: number
  readonly skipped: number
  readonly contactsMerged: number
  /** The last `customerId` that was looked at. Null when the pass is through. */
  readonly cursor: string | null
}

/**
 * The last pass of a move that finds people in each one. The passes before it have looked at everybody nine times who
 * was in the source when it began, so these people come in as fast as they are moved, and would do so for ever. An undo
 * moves those alone who are marked, and ends by itself.
 */
const lastPass = 10

/** Whether it has come to the last pass that it may have. Once that is through, people may have come in behind it. */
export function isInLastPass({ kind, pass }: InboxMigration): boolean {
  return kind !== 'undo' && pass >= lastPass
}

/**
 * The migration after a batch. A pass that is through begins again, because people may have come in behind it, and the
 * migration is completed by a pass in which nobody moved and nobody changed, or by the last one.
 */
export function withBatch(row: InboxMigrationRow, { operationId, now }: MigrationStamp, batch: MovedBatch): InboxMigrationRow {
  const passMoved = row.passMoved + batch.unsettled
  const next: InboxMigrationRow = {
    ...row,
    status: 'running',
    moved: added(row.moved, batch.moved),
    contactsMerged: row.contactsMerged + batch.contactsMerged,
    skipped: row.skipped + batch.skipped,
    batches: row.batches + 1,
    startedAt: row.startedAt ?? now,
    updatedAt: now,
    cursor: batch.cursor,
    passMoved,
    operationId,
  }
  if (batch.cursor !== null) return next
  if (passMoved === 0 || isInLastPass(row)) return over(next, 'completed', now, operationId)
  return { ...next, pass: row.pass + 1, skipped: 0, passMoved: 0 }
}

function added(a: InboxCounts, b: InboxCounts): InboxCounts {
  return {
    conversations: a.conversations + b.conversations,
    messages: a.messages + b.messages,
    attachments: a.attachments + b.attachments,
    contactInboxes: a.contactInboxes + b.contactInboxes,
  }
}

export type MigrationEnd =
  | { readonly as: 'cancelled' }
  | { readonly as: 'failed'; readonly message: string; readonly backtrace: string | null }

/** The migration once somebody ends it, or the row itself when it is over already. Throws NOT_FOUND. */
export function endedMigration(row: InboxMigrationRow | null, { operationId, now }: MigrationStamp, end: MigrationEnd): InboxMigrationRow {
  if (row === null) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox migration' })
  if (!isActiveMigration(row)) return row
  if (end.as === 'failed') {
    return { ...over(row, 'failed', now, operationId), errorMessage: end.message, errorBacktrace: end.backtrace }
  }
  if (row.status === 'queued') return over(row, 'cancelled', now, operationId)
  // The operation of the last batch stays, so that a batch which is sent again is still known.
  return row.cancelRequestedAt === null ? { ...row, cancelRequestedAt: now, updatedAt: now } : row
}

function over(row: InboxMigrationRow, status: InboxMigration['status'], now: Date, operationId: string): InboxMigrationRow {
  return { ...row, status, completedAt: now, updatedAt: now, operationId }
}
