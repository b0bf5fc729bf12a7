import { ConversationStoreError, isConversationStoreError } from '../model/errors.js'
import { DeadlinePassed } from '../store/deadline.js'
import { connectionCauseOf } from './connection-cause.js'
import { driverCause } from './driver-cause.js'
import { foreignIndexIn } from './schema/refusing-index.js'

/** What a call has written by itself, outside a transaction, when an error comes: perhaps the command that failed. */
export type Written = 'nothing' | 'perhaps' | 'something'

/** Where an error came from. The same error means different things for a read, a write and a transaction. */
export interface ErrorOrigin {
  /** Null for a read. */
  readonly operationId: string | null
  readonly written: Written
  /** Whether the call's own time was up, so that a `maxTimeMS` was the store's and not the host's. */
  readonly isLate?: boolean
}

/**
 * Turns the error of an operation into the library's, whose cause is a reduced copy (see `driverCause`). What nobody
 * knows goes by where it came from: a single write may have been applied, and everything else was not. Only an error
 * that is not the driver's (a bug) is returned as it is.
 */
export function translateError(error: unknown, origin: ErrorOrigin): unknown {
  const { operationId, written } = origin
  const known = translateKnown(error, origin)
  if (known !== error || !isDriverError(error)) return known
  return operationId !== null && written === 'perhaps' && mayBeApplied(error)
    ? outcomeUnknown(operationId, error)
    : unavailable(error, { retryable: hasLabel(error, 'RetryableError') || hasLabel(error, 'RetryableWriteError') })
}

/**
 * Turns the errors into the library's that mean the same wherever they occur, and returns any other error unchanged. An
 * error with a code is the server's answer. An error without one is the connection's, and then a command that was sent
 * may have been applied.
 */
export function translateKnown(error: unknown, { operationId, written, isLate = false }: ErrorOrigin): unknown {
  if (isConversationStoreError(error)) return error
  if (operationId !== null && error instanceof CommitOutcomeLost) return outcomeUnknown(operationId, error.cause)
  if (error instanceof CommitOutcomeLost) return unavailable(error.cause)
  // The command was aborted when the call's time was up, and nobody knows how far it had come.
  const isUnknown = (ambiguous: boolean) => written === 'something' || (written === 'perhaps' && ambiguous && mayBeApplied(error))
  const meaning = (ambiguous: boolean, retryable = true) =>
    operationId !== null && isUnknown(ambiguous) ? outcomeUnknown(operationId, error) : unavailable(error, { retryable })
  if (error instanceof DeadlinePassed) return meaning(true)
  if (error instanceof Error && error.name === 'AbortError') return new ConversationStoreError('ABORTED', {}, { cause: error })
  if (isTooLarge(error)) return documentTooLarge(error)
  if (isSocketError(error)) return meaning(true)
  if (isNameError(error)) return unavailable(error)
  if (!isDriverError(error)) return error
  const code = serverCode(error)
  if (code === null && neverSent.test(error.name) && isTlsFailure(error)) return unmet(encryption, error)
  if (code === null) return misuse.test(error.name) && written !== 'something' ? error : meaning(!neverSent.test(error.name))
  const foreign = foreignIndexOf(error)
  if (foreign !== null) {
    const outcome = written === 'something' ? 'unknown' : 'not_applied'
    return new ConversationStoreError('FOREIGN_UNIQUE_INDEX', foreign, { cause: driverCause(error), outcome })
  }
  // What the call has written by itself before stands, so it must not be said that nothing was applied.
  if (isContention(error))
    return operationId !== null && written === 'something' ? outcomeUnknown(operationId, error) : contention(1, error)
  const isConcern = error.name === 'MongoWriteConcernError'
  if (code === timeLimit && !isConcern) {
    // The limit was the store's own where the call's time is up, and a host's that is too short otherwise.
    return isLate
      ? translateKnown(new DeadlinePassed(), { operationId, written: written === 'something' ? written : 'nothing' })
      : meaning(false, false)
  }
  if (code === refusedByValidator) return refusedDocument(error)
  if (isConcern || unavailableCodes.has(code)) return meaning(isConcern || ambiguousCodes.has(code))
  const needs = unmetNeeds[code]
  if (needs !== undefined) return unmet(needs, error)
  return written === 'something' ? meaning(true) : error
}

/** Whether the server refused the user: it wrote nothing, and will not. */
export function isRefusedAccess(error: unknown): boolean {
  return Object.hasOwn(unmetNeeds, serverCode(error) ?? '')
}

function mayBeApplied(error: unknown): boolean {
  return !hasLabel(error, 'NoWritesPerformed') && !(error instanceof Error && misuse.test(error.name))
}

/**
 * Runs something that belongs to no operation, such as the migrator's own commands, and throws the library's errors.
 */
export async function translated<T>(run: () => Promise<T>, translate = translateKnown): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw translate(error, { operationId: null, written: 'nothing' })
  }
}

/**
 * The reply to a commit was lost, and repeating the commit did not tell the outcome either. The caller that knows the
 * operation turns this into COMMIT_OUTCOME_UNKNOWN.
 */
export class CommitOutcomeLost extends Error {}

export const duplicateKey = 11000
// LockTimeout, WriteConflict, SnapshotTooOld, SnapshotUnavailable, NoSuchTransaction, StaleConfig and DuplicateKey:
// another attempt sees a newer state.
const contentionCodes: ReadonlySet<number> = new Set([24, 112, 239, 246, 251, 13388, duplicateKey])
/**
 * MaxTimeMSExpired: a `maxTimeMS` stopped the command, as a statement timeout does on PostgreSQL. Nothing of the
 * command is applied, and another attempt would take as long again. (If only the acknowledgement took too long, the
 * server answers with a write concern error instead.) ExceededTimeLimit, 262, is not such a limit: there a server lost
 * patience with another server, and the drivers' specification retries it.
 */
export const timeLimit = 50
/** DocumentValidationFailure: a validator that the host gave the collection. */
const refusedByValidator = 121
// The server refuses these before it writes anything: it is not the primary.
const refusedFirst: readonly number[] = [189, 10058, 10107, 13435, 13436]
// The server is shutting down, is no longer the primary, or another one did not answer it.
const awayCodes: readonly number[] = [6, 7, 50, 64, 79, 89, 91, 100, 262, 9001, 11600, 11602]
// It lost a cursor or a plan, has too much to do, or took too long.
const strainedCodes: readonly number[] = [43, 175, 202, 237, 290, 365, 402, 433, 449, 462]
const ambiguousCodes: ReadonlySet<number> = new Set([...awayCodes, ...strainedCodes])
/** The same call may succeed later. A single write that meets one of `ambiguousCodes` may have been applied. */
const unavailableCodes: ReadonlySet<number> = new Set([...refusedFirst, ...ambiguousCodes])
const noContentionCodes: ReadonlySet<number> = new Set([...refusedFirst, ...awayCodes])
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
  // A client that is set up not to promote values gets the code as an object of the BSON library.
  const code: unknown = error instanceof Error ? Object(Reflect.get(error, 'code')).valueOf() : undefined
  if (typeof code === 'number') return code
  return typeof code === 'bigint' || Reflect.get(Object(code), '_bsontype') === 'Long' ? Number(String(code)) : null
}

export function hasLabel(error: unknown, label: string): boolean {
  return isDriverError(error) && error.hasErrorLabel(label)
}

/** Whether a unique index of the store refused a write: another one has written the same. */
export function isDuplicateKey(error: unknown): boolean {
  return serverCode(error) === duplicateKey && foreignIndexOf(error) === null
}

/** The unique index that refused a write, if the store did not make it. No further attempt would end otherwise. */
function foreignIndexOf(error: unknown): { readonly table: string; readonly index: string } | null {
  return error instanceof Error && serverCode(error) === duplicateKey ? foreignIndexIn(error) : null
}

/** Whether another writer was faster: then nothing was written, and the whole unit may be sent again. */
export function isContention(error: unknown): boolean {
  const code = serverCode(error)
  if (code === null || foreignIndexOf(error) !== null) return false
  return contentionCodes.has(code) || (hasLabel(error, 'TransientTransactionError') && !noContentionCodes.has(code))
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
  return new ConversationStoreError('CONTENTION', { attempts }, { cause: driverCause(cause) })
}

function outcomeUnknown(operationId: string, cause: unknown): ConversationStoreError<'COMMIT_OUTCOME_UNKNOWN'> {
  return new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId }, { cause: driverCause(cause) })
}

function unavailable(error: unknown, { retryable = true } = {}): ConversationStoreError<'UNAVAILABLE'> {
  const cause = connectionCauseOf(error, serverCode(error))
  return new ConversationStoreError(
    'UNAVAILABLE',
    { attempts: 1, ...(cause !== null && { cause }) },
    { cause: driverCause(error), retryable },
  )
}

function unmet(needs: { readonly operation: string; readonly needs: string }, error: unknown): ConversationStoreError<'UNSUPPORTED'> {
  const cause = connectionCauseOf(error, serverCode(error))
  return new ConversationStoreError('UNSUPPORTED', { ...needs, ...(cause !== null && { cause }) }, { cause: driverCause(error) })
}

function documentTooLarge(cause: unknown): ConversationStoreError<'PAYLOAD_TOO_LARGE'> {
  return new ConversationStoreError(
    'PAYLOAD_TOO_LARGE',
    { what: 'one document', limit: documentBytes, actual: documentBytes + 1 },
    { cause: driverCause(cause) },
  )
}

function refusedDocument(cause: unknown): ConversationStoreError<'VALIDATION_FAILED'> {
  const issues = [{ path: '', message: 'a validator of the collection refused it' }]
  return new ConversationStoreError('VALIDATION_FAILED', { issues }, { cause: driverCause(cause) })
}

/**
 * The driver waits for its socket to take a large command, or one that comes just after the server has hung up, and
 * then throws the error of Node's socket as it is.
 */
function isSocketError(error: unknown): boolean {
  return error instanceof Error && socketCodes.test(String(Reflect.get(error, 'code')))
}

const socketCodes = /^(E(PIPE|CONNRESET|CONNABORTED|CONNREFUSED|HOSTUNREACH|NETUNREACH|TIMEDOUT)|ERR_STREAM_(DESTROYED|WRITE_AFTER_END))$/

/** The driver passes on what Node says if the name of a `mongodb+srv` URL can't be looked up. Nothing was sent then. */
function isNameError(error: unknown): boolean {
  return error instanceof Error && /^query/.test(String(Reflect.get(error, 'syscall')))
}

const encryption = { operation: 'this call', needs: 'a connection whose encryption both sides accept' }

function isTlsFailure(error: Error): boolean {
  return connectionCauseOf(error, null)?.code === 'TLS'
}

interface DriverError extends Error {
  hasErrorLabel(label: string): boolean
}

// We recognise an error by its methods and not by its class, because the host's driver may be another copy than any
// whose classes we could compare with.
function isDriverError(error: unknown): error is DriverError {
  return error instanceof Error && typeof Reflect.get(error, 'hasErrorLabel') === 'function'
}
