import type { ErrorCode, InboxMoveErrorCode, MigrationErrorCode, SourceErrorCode, SyncErrorCode } from '../model/errors.js'
import type { CaseList } from './contract-case.js'
import { forgottenOperationCases } from './errors/forgotten-operations.js'
import { guardedWriteCases } from './errors/guarded-writes.js'
import { inboxMigrationInProgressCases } from './errors/inbox-moves.js'
import { inboxUndoRefusedCases } from './errors/inbox-undos.js'
import { abortedCases, metadataLimitCases, payloadTooLargeCases, validationFailedCases } from './errors/input.js'
import { leaseLostCases } from './errors/leases.js'
import { lostReplyCases } from './errors/lost-replies.js'
import { contentionCases, storeClosedCases, unavailableCases } from './errors/network.js'
import { dataDirLockedCases, foreignUniqueIndexCases, schemaOutOfDateCases, schemaTooNewCases, unsupportedCases } from './errors/schema.js'
import {
  activeConversationExistsCases,
  inboxAlreadyConnectedCases,
  inboxChannelMismatchCases,
  invalidTransitionCases,
  mergeRefusedCases,
  notFoundCases,
  usernameTakenCases,
  versionConflictCases,
} from './errors/state.js'
import { syncSessionNotFoundCases } from './errors/sync.js'

/** At least one case provokes each code. A code without a case does not compile. */
export const errorCases: {
  readonly [C in Exclude<ErrorCode, InboxMoveErrorCode | MigrationErrorCode | SourceErrorCode | SyncErrorCode>]: CaseList
} = {
  VALIDATION_FAILED: validationFailedCases,
  PAYLOAD_TOO_LARGE: [...payloadTooLargeCases, ...metadataLimitCases],
  NOT_FOUND: notFoundCases,
  VERSION_CONFLICT: versionConflictCases,
  ACTIVE_CONVERSATION_EXISTS: activeConversationExistsCases,
  INVALID_TRANSITION: invalidTransitionCases,
  USERNAME_TAKEN: usernameTakenCases,
  MERGE_REFUSED: mergeRefusedCases,
  INBOX_ALREADY_CONNECTED: inboxAlreadyConnectedCases,
  INBOX_CHANNEL_MISMATCH: inboxChannelMismatchCases,
  CONTENTION: contentionCases,
  UNAVAILABLE: unavailableCases,
  COMMIT_OUTCOME_UNKNOWN: [...lostReplyCases, ...forgottenOperationCases],
  SYNC_SESSION_NOT_FOUND: syncSessionNotFoundCases,
  INBOX_MIGRATION_IN_PROGRESS: inboxMigrationInProgressCases,
  INBOX_UNDO_REFUSED: inboxUndoRefusedCases,
  ABORTED: abortedCases,
  UNSUPPORTED: unsupportedCases,
  SCHEMA_OUT_OF_DATE: schemaOutOfDateCases,
  FOREIGN_UNIQUE_INDEX: foreignUniqueIndexCases,
  SCHEMA_TOO_NEW: schemaTooNewCases,
  DATA_DIR_LOCKED: dataDirLockedCases,
  STORE_CLOSED: storeClosedCases,
  LEASE_LOST: [...leaseLostCases, ...guardedWriteCases],
}
