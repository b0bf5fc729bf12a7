import { ConversationStoreError, isConversationStoreError } from '../model/errors.js'

/** Where an error came from. The same error means different things for a read, a write and a transaction. */
export interface ErrorOrigin {
  /** Null for a read. */
  readonly operationId: string | null
  /** In a transaction nothing is applied before the commit, so no other command leaves an unknown outcome. */
  readonly inTransaction: boolean
}

/**
 * Turns a driver's error into the library's, and returns any other error unchanged (a host's validator, a bug). An
 * error with a code is the server's answer. An error without one is the connection's, and then a command that was sent
 * may have been applied.
 */
export function translateError(error: unknown, { operationId, inTransaction }: ErrorOrigin): unknown {
  if (isConversationStoreError(error)) return error
  if (error instanceof CommitOutcomeLost) return operationId === null ? unavailable(error) : outcomeUnknown(operationId, error.cause)
  if (error instanceof Error && error.name === 'AbortError') return new ConversationStoreError('ABORTED', {}, { cause: error })
  if (isTooLarge(error)) return documentTooLarge(error)
  if (!isDriverError(error)) return error
  const isWrite = operationId !== null && !inTransaction && !hasLabel(error, 'NoWritesPerformed')
  const code = serverCode(error)
  if (code === null) {
    if (misuse.test(error.name)) return error
    return isWrite && !neverSent.test(error.name) ? outcomeUnknown(operationId, error) : unavailable(error)
  }
  if (isContention(error)) return contention(1, error)
  if (code === hostsTimeLimit && error.name !== 'MongoWriteConcernError') return unavailable(error, { retryable: false })
  if (isWrite && (ambiguousCodes.has(code) || error.name === 'MongoWriteConcernError')) return outcomeUnknown(operationId, error)
  if (unavailableCodes.has(code)) return unavailable(error)
  const needs = unmetNeeds[code]
  return needs === undefined ? error : new ConversationStoreError('UNSUPPORTED', needs, { cause: error })
}

/**
 * Runs something that belongs to no operation, such as the migrator's own commands, and throws the library's errors.
 */
export async function translated<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw translateError(error, { operationId: null, inTransaction: false })
  }
}

/**
 * The reply to a commit was lost, and repeating the commit did not tell the outcome either. The caller that knows the
 * operation turns this into COMMIT_OUTCOME_UNKNOWN.
 */
export class CommitOutcomeLost extends Error {}

const duplicateKey = 11000
// LockTimeout, WriteConflict, SnapshotTooOld, SnapshotUnavailable, NoSuchTransaction, StaleConfig and DuplicateKey:
// another attempt sees a newer state.
const contentionCodes: ReadonlySet<number> = new Set([24, 112, 239, 246, 251, 13388, duplicateKey])
/**
 * MaxTimeMSExpired: the host's own `maxTimeMS` stopped the command, as a statement timeout does on PostgreSQL. Nothing
 * of the command is applied, and another attempt would take as long again. (If only the acknowledgement took too long,
 * the server answers with a write concern error instead.) ExceededTimeLimit, 262, is not such a limit: there a server
 * lost patience with another server, and the drivers' specification retries it.
 */
const hostsTimeLimit = 50
// The server is shutting down, is not (or no longer) the primary, or took too long.
const unavailableCodes: ReadonlySet<number> = new Set([
  6, 7, 50, 64, 79, 89, 91, 100, 189, 262, 9001, 10058, 10107, 11600, 11602, 13435, 13436,
])
// Those of the codes above that may come after a write was applied. With the others the server refuses the write first.
const ambiguousCodes: ReadonlySet<number> = new Set([6, 7, 50, 64, 79, 89, 91, 100, 262, 9001, 11600, 11602])
// BSONObjectTooLarge, under the different codes that commands and pipeline stages use.
const tooLargeCodes: ReadonlySet<number> = new Set([10334, 17419, 17420, 4568, 4031700])
const documentBytes = 16 * 1024 * 1024

const neverSent = /^Mongo(ServerSelection|WaitQueueTimeout|PoolCleared|NotConnected|TopologyClosed|ClientClosed|ServerClosed)Error$/
// The driver was called in a way that it does not accept, which no further attempt changes.
const misuse = /^Mongo(API|Compatibility|ExpiredSession|InvalidArgument|Missing\w+|Parse|Transaction|Crypt\w*)Error$/

const unmetNeeds: Readonly<Record<number, { readonly operation: string; readonly needs: string }>> = {
  13: {
    operation: 'this call',
    needs: 'rights on the collections of the store; grant readWrite on the database to the user of the client',
  },
  18: { operation: 'this call', needs: 'a user and password that the server accepts' },
}

export function serverCode(error: unknown): number | null {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return typeof code === 'number' ? code : null
}

export function hasLabel(error: unknown, label: string): boolean {
  return isDriverError(error) && error.hasErrorLabel(label)
}

export function isDuplicateKey(error: unknown): boolean {
  return serverCode(error) === duplicateKey
}

/** Whether another writer was faster: then nothing was written, and the whole unit may be sent again. */
export function isContention(error: unknown): boolean {
  const code = serverCode(error)
  if (code === null) return false
  return contentionCodes.has(code) || (hasLabel(error, 'TransientTransactionError') && !unavailableCodes.has(code))
}

/**
 * Whether a document is larger than BSON allows: one that a command or a stage produced, or one that the driver could
 * not even serialize.
 */
export function isTooLarge(error: unknown): boolean {
  const code = serverCode(error)
  if (code !== null) return tooLargeCodes.has(code)
  if (error instanceof RangeError) return Reflect.get(error, 'code') === 'ERR_OUT_OF_RANGE'
  return isDriverError(error) && /larger than the maximum size/.test(error.message)
}

export function contention(attempts: number, cause?: unknown): ConversationStoreError<'CONTENTION'> {
  return new ConversationStoreError('CONTENTION', { attempts }, { cause })
}

function outcomeUnknown(operationId: string, cause: unknown): ConversationStoreError<'COMMIT_OUTCOME_UNKNOWN'> {
  return new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId }, { cause })
}

function unavailable(cause: unknown, { retryable = true } = {}): ConversationStoreError<'UNAVAILABLE'> {
  return new ConversationStoreError('UNAVAILABLE', { attempts: 1 }, { cause, retryable })
}

function documentTooLarge(cause: unknown): ConversationStoreError<'PAYLOAD_TOO_LARGE'> {
  return new ConversationStoreError(
    'PAYLOAD_TOO_LARGE',
    { what: 'one document', limit: documentBytes, actual: documentBytes + 1 },
    { cause },
  )
}

interface DriverError extends Error {
  hasErrorLabel(label: string): boolean
}

// We recognise an error by its methods and not by its class, because the host's driver may be another copy than any
// whose classes we could compare with.
function isDriverError(error: unknown): error is DriverError {
  return error instanceof Error && typeof Reflect.get(error, 'hasErrorLabel') === 'function'
}
