/** The details that each code carries; the codes of the library are the keys of this table. */
export interface ErrorDetails {
  /** `issues` name the paths and say what is allowed, never the value. */
  VALIDATION_FAILED: { readonly issues: readonly ValidationIssue[] }
  PAYLOAD_TOO_LARGE: { readonly what: string; readonly limit: number; readonly actual: number }
  /** Not there, or not this account's: the two are the same answer. */
  NOT_FOUND: { readonly what: 'conversation' | 'contact' | 'inbox' }
  /** `actual` is null when there is no active conversation. */
  VERSION_CONFLICT: { readonly expected: number | 'absent'; readonly actual: number | null }
  ACTIVE_CONVERSATION_EXISTS: { readonly conversationId: string }
  INVALID_TRANSITION: { readonly from: string; readonly to: string }
  USERNAME_TAKEN: { readonly conversationId: string }
  INBOX_ALREADY_CONNECTED: { readonly channel: string; readonly oaId: string }
  INBOX_CHANNEL_MISMATCH: { readonly expected: string; readonly actual: string }
  CONTENTION: { readonly attempts: number }
  UNAVAILABLE: { readonly attempts: number }
  COMMIT_OUTCOME_UNKNOWN: { readonly operationId: string }
  ABORTED: Record<string, never>
  UNSUPPORTED: { readonly operation: string; readonly needs: string }
  SCHEMA_OUT_OF_DATE: { readonly missing: readonly string[] }
  SCHEMA_TOO_NEW: { readonly found: number; readonly supported: number }
  DATA_DIR_LOCKED: { readonly dataDir: string; readonly pid: number; readonly host: string }
  STORE_CLOSED: Record<string, never>
}
export type ErrorCode = keyof ErrorDetails
export interface ValidationIssue {
  readonly path: string
  readonly message: string
}

/** Whether the write took place: `not_applied` is safe to send again, `unknown` only with the same ids. */
export type WriteOutcome = 'not_applied' | 'applied' | 'unknown'

const sentences: { readonly [C in ErrorCode]: (details: ErrorDetails[C]) => string } = {
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
  INBOX_ALREADY_CONNECTED: ({ channel, oaId }) => `another account has connected ${channel} ${oaId}; it must disconnect it first`,
  INBOX_CHANNEL_MISMATCH: ({ expected, actual }) =>
    `this inbox is on the channel ${expected}, not ${actual}; leave the channel out, or use another oaId`,
  CONTENTION: ({ attempts }) => `the database gave way to other writers ${attempts} time(s); nothing was written, send the call again`,
  UNAVAILABLE: ({ attempts }) =>
    `the database could not take the call in ${attempts} attempt(s), and nothing was written; send it again later`,
  COMMIT_OUTCOME_UNKNOWN: () =>
    'the connection was lost while the write was being committed; it may have been applied: read before you send it anew',
  ABORTED: () => 'the signal was aborted, and nothing was changed',
  UNSUPPORTED: ({ operation, needs }) => `${operation} needs ${needs}`,
  SCHEMA_OUT_OF_DATE: ({ missing }) => `the database lacks ${missing.join(', ')}; call store.migrate() once, with rights to create tables`,
  SCHEMA_TOO_NEW: ({ found, supported }) =>
    `the database has schema ${found}, this library knows up to ${supported}; upgrade conversation-store`,
  DATA_DIR_LOCKED: ({ dataDir, pid, host }) =>
    `${dataDir} is open in process ${pid} on ${host}; one process at a time can use an embedded database: stop that one, or use PostgreSQL; if that host is gone, delete the .lock file beside it`,
  STORE_CLOSED: () => 'the store was closed; create a new one',
}

const retryable: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['CONTENTION', 'UNAVAILABLE'])

// Symbol.for and not instanceof: the ESM and the CJS copy of this class are two classes.
const brand: unique symbol = Symbol.for('conversation-store/error') as never

export interface ErrorOptions {
  readonly cause?: unknown
  readonly outcome?: WriteOutcome
  /** Default: what the code says. False where the same call would meet the same. */
  readonly retryable?: boolean
}

/**
 * The one error class of the library. `code` is literal and narrows `details`; the message says what happened and what to do next,
 * and holds no message text, no token and nothing of another account.
 */
export class ConversationStoreError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'ConversationStoreError'
  readonly code: C
  readonly details: ErrorDetails[C]
  /** True when the same call may succeed if it is sent again. */
  readonly retryable: boolean
  readonly outcome: WriteOutcome
  /** @internal */
  readonly [brand] = true

  constructor(code: C, details: ErrorDetails[C], options: ErrorOptions = {}) {
    super(`${code}: ${sentences[code](details)}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = details
    this.retryable = options.retryable ?? retryable.has(code)
    this.outcome = options.outcome ?? (code === 'COMMIT_OUTCOME_UNKNOWN' ? 'unknown' : 'not_applied')
  }

  /** What logs get: no cause, for a driver's error may quote the values of the statement. */
  toJSON(): { name: string; code: C; message: string; details: ErrorDetails[C]; retryable: boolean; outcome: WriteOutcome } {
    const { name, code, message, details, retryable: again, outcome } = this
    return { name, code, message, details, retryable: again, outcome }
  }
}

/** Whether `error` is this library's (of the given code), also across its ESM and CJS copies. */
export function isConversationStoreError(error: unknown): error is ConversationStoreError
export function isConversationStoreError<C extends ErrorCode>(error: unknown, code: C): error is ConversationStoreError<C>
export function isConversationStoreError(error: unknown, code?: ErrorCode): boolean {
  return error instanceof Error && brand in error && (code === undefined || (error as ConversationStoreError).code === code)
}
