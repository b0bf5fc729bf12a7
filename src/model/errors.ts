import { causeInWords } from './connection-cause.js'
import type { ErrorCode, ErrorDetails, Place, SchemaChangeBlocker, WriteOutcome } from './error-details.js'
import { keptInWords } from './kept-data.js'
import { mergedParts } from './limits.js'

export type { ConnectionCause, ConnectionCauseCode } from './connection-cause.js'
export type {
  ErrorCode,
  ErrorDetails,
  InboxMoveErrorCode,
  MergeRefusal,
  MigrationErrorCode,
  RedirectRefusal,
  SchemaChangeBlocker,
  SourceErrorCode,
  SyncErrorCode,
  ValidationIssue,
  WriteOutcome,
} from './error-details.js'

/** What hosts show for SYNC_IN_PROGRESS, word for word. */
export const syncInProgress = 'Sync already in progress for this page. Please wait for it to complete.'

const sentences: { readonly [C in ErrorCode]: (details: ErrorDetails[C], retryable: boolean) => string } = {
  VALIDATION_FAILED: ({ issues }) =>
    `the input was refused: ${issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')}`,
  PAYLOAD_TOO_LARGE: ({ what, limit, actual }) => `${what} is ${actual}, over the limit of ${limit}; send less at a time`,
  NOT_FOUND: ({ what }) => `there is no such ${what} in this account; create it first, or check the id`,
  VERSION_CONFLICT: ({ expected, actual }) =>
    actual === null
      ? `version ${expected} was expected, but there is no active conversation; read it again`
      : `version ${expected} was expected, the conversation is at ${actual}; read it again and decide anew`,
  ACTIVE_CONVERSATION_EXISTS: ({ conversationId }) =>
    `the customer already has the active conversation ${conversationId}; use it, or close it first`,
  INVALID_TRANSITION: ({ from, to }) => `a conversation that is ${from} cannot become ${to}`,
  USERNAME_TAKEN: ({ conversationId }) =>
    `the active conversation ${conversationId} already has this username, and the customer has one of their own; close one of the two`,
  MERGE_REFUSED: ({ reason, mergeId, kind }) =>
    ({
      'same conversation': 'both ids lead to one conversation; name two',
      'too many parts': `a conversation holds at most ${mergedParts} others; merge into another one`,
      'not the last': `the merge ${mergeId} came later; undo that one first`,
      'same contact': 'both lead to one contact; name two',
      'joined since': 'the ids of the kept contact’s customer made it one with an older contact; what evidence joined cannot be undone',
      'other inbox': 'the ids of two inboxes can’t be linked; merge without link, and merge the contacts',
      'ids in conflict': `both customers have a current ${kind}; tell which one replaced the other by an identity_change, or merge without link`,
      'merged without link': `the merge ${mergeId} linked no ids; undo it first, or link them by linkCustomerIds`,
      'linked since': 'the ids of the two customers were linked further or changed since, so they can’t be told apart; the merge stands',
      'contacts merged since': `the contact was merged again, by ${mergeId}; undo that by unmergeContacts first`,
    })[reason],
  REDIRECT_REFUSED: ({ reason, oaId, to, otherOaId }) =>
    ({
      'destination redirects': `${to} redirects to ${otherOaId} itself; name that one`,
      'source is a destination': `${otherOaId} redirects to ${oaId}; redirect that one to ${to} or to none first`,
    })[reason],
  INBOX_ALREADY_CONNECTED: ({ channel, oaId }) => `another account has connected ${channel} ${oaId}; it must disconnect it first`,
  INBOX_CHANNEL_MISMATCH: ({ expected, actual }) =>
    `this inbox is on the channel ${expected}, not ${actual}; leave the channel out, or use another oaId`,
  CONTENTION: ({ attempts }) => `the database gave way to other writers ${attempts} time(s); nothing was written, send the call again`,
  UNAVAILABLE: ({ attempts, cause }, retryable) => {
    if (cause !== undefined)
      return `${causeInWords(cause)}; nothing was written${retryable ? ` in ${attempts} attempt(s), send the call again later` : ', and the same call would be refused again'}`
    return retryable
      ? `the database could not take the call in ${attempts} attempt(s), and nothing was written; send it again later`
      : 'the database refused the call, and nothing was written; it would refuse the same call again, for the reason that the cause tells'
  },
  COMMIT_OUTCOME_UNKNOWN: () =>
    'the database did not say whether the write was applied, and it may have been; read before you send it anew',
  SYNC_SESSION_NOT_FOUND: ({ sessionId }) =>
    `there is no sync session ${sessionId} to go on with here: it is finished, was superseded, or is of another inbox or source; begin a new one`,
  INBOX_MIGRATION_IN_PROGRESS: ({ migrationId, sourceOaId, destinationOaId }) =>
    `the inbox migration ${migrationId} from ${sourceOaId} to ${destinationOaId} is not over; wait for it, or cancel it`,
  INBOX_UNDO_REFUSED: ({ migrationId, undoneBy }) =>
    undoneBy === null
      ? `the inbox migration ${migrationId} is an undo; move the people again instead`
      : `the inbox migration ${migrationId} was undone by ${undoneBy}; who stayed then needs a migration the other way`,
  ABORTED: () => 'the signal was aborted, and nothing was changed',
  UNSUPPORTED: ({ operation, needs, cause }) =>
    cause === undefined ? `${operation} needs ${needs}` : `${causeInWords(cause)}; ${operation} needs ${needs}`,
  SCHEMA_OUT_OF_DATE: ({ missing }) => `the database lacks ${missing.join(', ')}; call store.migrate() once, with rights to create tables`,
  FOREIGN_UNIQUE_INDEX: ({ table, index }) =>
    `the unique index ${index} of ${table} refused the write, and it is not the store's; drop it, because the store's own indexes keep doubles out`,
  SCHEMA_TOO_NEW: ({ found, supported }) =>
    `the database has schema ${found}, this library knows up to ${supported}; upgrade conversation-store`,
  DATA_DIR_LOCKED: ({ dataDir, pid, host }) =>
    `${dataDir} is open in process ${pid} on ${host}; one process at a time can use an embedded database: stop that one, or use PostgreSQL; if that host is gone, delete the .lock file beside it`,
  STORE_CLOSED: () => 'the store was closed; create a new one',
  LEASE_LOST: ({ key, reason }) =>
    reason === 'no answer'
      ? `the database did not answer in time whether the lease ${key} is still held, so another may have it; stop this work, and look at what it has written`
      : `the lease ${key} was taken over by another, or ended; stop this work, and look at what it has written`,
  MIGRATION_LOCKED: ({ database, holder, expiresInMs }) =>
    `${database} is being migrated by ${holder ?? 'another runner'}; wait${expiresInMs === null ? '' : ` (its lease ends in ${Math.ceil(expiresInMs / 1000)} s if it is gone)`}, or see \`conversation-store lock show\``,
  MIGRATION_REFUSED: ({ database, changed, missing, outOfOrder, newer }) =>
    `${database} was not migrated: ${[
      ...(changed.length > 0 ? [`${changed.join(', ')} changed after being applied: undo the change, and make a further migration`] : []),
      ...(missing.length > 0 ? [`${missing.join(', ')} was applied and is not in the program: bring its definition back`] : []),
      ...(outOfOrder.length > 0
        ? [`${outOfOrder.join(', ')} comes before one that was applied: give it a later version, or allow it`]
        : []),
      ...(newer.length > 0 ? [`${newer.join(', ')} is newer than this program: upgrade it`] : []),
    ].join('; ')}`,
  MIGRATION_FAILED: ({ database, migration, step, reason }) =>
    `${migration} failed on ${database} at the step ${step}: ${reason}; mend it and run migrate again, which goes on at this step`,
  DATA_KEPT: ({ database, migration, kept }) =>
    `${migration} was not undone on ${database}, because data would be lost: ${kept.map(keptInWords).join(', ')}; save it, then run down with --drop-data`,
  DUPLICATE_KEYS: ({ database, collection, index, fields, totalGroups, totalDocuments, query, during, ...at }) =>
    during === 'merge'
      ? `the unique index ${index} of ${database}.${collection} did not let the messages of ${totalGroups} customer(s) be moved, because several of them share a key of ${fields.join(', ')}; their conversations stay as they were: list the messages with ${query}, change or delete all but one of each key, or drop the index, and run again`
      : `${placeInWords(at)}${index} on ${database}.${collection} needs ${fields.join(', ')} to be unique, and ${totalDocuments} documents share ${totalGroups} key(s); list them with ${query}, mend them and run again`,
  INDEX_CONFLICT: ({ database, collection, index, found, differences, during, ...at }) =>
    during === 'revert'
      ? `the way back ended before the index ${index} of ${database}.${collection}: ${found} stands there and differs in ${differences.join(', ')}, so it is somebody else's; rename it or drop it, and undo again`
      : `${placeInWords(at)}${index} cannot be made on ${database}.${collection}: ${found} stands there and differs in ${differences.join(', ')}; ${during === 'apply' ? 'rename it or drop it, and run again' : 'run sync:indexes to replace it, or drop it'}`,
  SCHEMA_CHANGE_BLOCKED: ({ database, object, attempts, blockers, ...at }) =>
    `${placeInWords(at)}${object} of ${database} could not be changed in ${attempts} attempt(s): ${
      blockers.length === 0 ? 'others were using it' : `in the way: ${blockers.map(blockerInWords).join('; ')}`
    }; nothing was changed, run again when they are done, or end them`,
  SYNC_IN_PROGRESS: () => syncInProgress,
  INBOX_NOT_ELIGIBLE: ({ reason }) => `${reason}; choose another inbox, or let the option \`family\` say that these belong together`,
  STALE_PREVIEW: ({ changed }) =>
    `since the preview more than 1 % of the inbox changed in ${changed.join(', ')}; look at a new preview, and start with its fingerprint`,
  SOURCE_UNAUTHORIZED: ({ source, reason }) => `${source} refused the token: ${reason}; get a new one, and go on from the same cursor`,
  SOURCE_UNAVAILABLE: ({ source, attempts, reason, retryAfterMs }, retryable) =>
    `${source} gave nothing that can be used in ${attempts} attempt(s): ${reason}; ${
      retryable
        ? `send the call again with the same cursor, ${retryAfterMs === null ? 'later' : `in ${Math.ceil(retryAfterMs / 1000)} s`}`
        : 'it would refuse the same request again'
    }`,
}

function placeInWords({ migration, step }: Place): string {
  return migration === undefined ? '' : `${migration} failed at the step ${step}: `
}

function blockerInWords({ pid, transactionAgeMs, state, application }: SchemaChangeBlocker): string {
  const age = transactionAgeMs === null ? '' : `, for ${Math.round(transactionAgeMs / 1000)} s`
  return `backend ${pid}${application === null || application === '' ? '' : ` (${application})`}${state === null ? '' : `, ${state}`}${age}`
}

const retryable: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['CONTENTION', 'UNAVAILABLE', 'SYNC_IN_PROGRESS', 'SOURCE_UNAVAILABLE'])

const httpStatuses: { readonly [C in ErrorCode]?: number } = {
  SYNC_IN_PROGRESS: 409,
  SYNC_SESSION_NOT_FOUND: 404,
  INBOX_MIGRATION_IN_PROGRESS: 409,
  INBOX_UNDO_REFUSED: 409,
  INBOX_NOT_ELIGIBLE: 422,
  REDIRECT_REFUSED: 422,
  STALE_PREVIEW: 409,
}

// Errors are recognised by this registered symbol. `instanceof` would not work across the ESM and the CJS copy of the
// library, because their classes are different.
const brand: unique symbol = Symbol.for('conversation-store/error') as never

export interface ErrorOptions {
  readonly cause?: unknown
  readonly outcome?: WriteOutcome
  /** Default: what the code says. False when the same call would fail in the same way again. */
  readonly retryable?: boolean
}

/**
 * The only error class of the library. `code` is a literal type and narrows `details`. `message` says what happened and
 * what to do next. It holds no text of a conversation, no token and nothing of another account.
 */
export class ConversationStoreError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'ConversationStoreError'
  readonly code: C
  readonly details: ErrorDetails[C]
  /** True when the same call may succeed if it is sent again. */
  readonly retryable: boolean
  readonly outcome: WriteOutcome
  /** With which HTTP status a host may answer. Only codes that a request itself brings about have one. */
  readonly httpStatus?: number
  /** @internal */
  readonly [brand] = true

  constructor(code: C, details: ErrorDetails[C], options: ErrorOptions = {}) {
    const mayHelp = options.retryable ?? retryable.has(code)
    super(`${code}: ${sentences[code](details, mayHelp)}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = details
    this.retryable = mayHelp
    const httpStatus = httpStatuses[code]
    if (httpStatus !== undefined) this.httpStatus = httpStatus
    this.outcome = options.outcome ?? (code === 'COMMIT_OUTCOME_UNKNOWN' ? 'unknown' : 'not_applied')
  }

  /** What logs get. It leaves out the cause, because a driver's error may quote the values of the statement. */
  toJSON(): { name: string; code: C; message: string; details: ErrorDetails[C]; retryable: boolean; outcome: WriteOutcome } {
    const { name, code, message, details, retryable: again, outcome } = this
    return { name, code, message, details, retryable: again, outcome }
  }
}

/** An error of the library with any code: `switch (error.code)` narrows `error.details`. */
export type AnyConversationStoreError = { [C in ErrorCode]: ConversationStoreError<C> }[ErrorCode]

/**
 * Whether `error` is one of this library (with the given code). Its ESM and CJS copies recognise each other's errors.
 */
export function isConversationStoreError(error: unknown): error is AnyConversationStoreError
export function isConversationStoreError<C extends ErrorCode>(error: unknown, code: C): error is ConversationStoreError<C>
export function isConversationStoreError(error: unknown, code?: ErrorCode): boolean {
  return error instanceof Error && brand in error && (code === undefined || (error as ConversationStoreError).code === code)
}
