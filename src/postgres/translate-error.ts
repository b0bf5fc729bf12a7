import { ConversationStoreError, isConversationStoreError } from '../model/errors.js'
import { connectionCauseOf } from './connection-cause.js'
import { driverCause } from './driver-cause.js'

/** Where an error came from, because the same error means different things in different places. */
export interface ErrorOrigin {
  /** Null for a read. */
  readonly operationId: string | null
  /** Nothing is applied in the host's transaction before the host commits. */
  readonly inTransaction: boolean
}

/**
 * Translates the error of an operation into the library's error, whose cause is a reduced copy (see `driverCause`). A
 * server's error that nobody knows, for example of a host's trigger, is a refusal that the same call would meet again.
 * Only an error that neither the server nor the driver made (a bug) is returned as it is. This doesn't handle the
 * errors of `isUndefinedObject`, because only the ledger tells what they mean.
 */
export function translateError(error: unknown, origin: ErrorOrigin): unknown {
  const known = translateKnown(error, origin)
  return known === error && sqlState(error) !== null ? unavailable(error, { retryable: false }) : known
}

/**
 * Translates the errors that mean the same wherever they occur, and returns any other error as it is. An error with a
 * SQLSTATE comes from PostgreSQL: the statement failed and changed nothing. An error without one comes from the
 * connection, and so do those of `breaksConnection`: a statement that was sent may have been applied.
 */
export function translateKnown(error: unknown, { operationId, inTransaction }: ErrorOrigin): unknown {
  if (isConversationStoreError(error)) return error
  const state = sqlState(error)
  if (state === null ? !isDriverError(error) : !isLost(error, state)) return state === null ? error : translateState(error, state)
  // A read that ran longer than the host lets a transaction run would do so again.
  if (operationId === null || inTransaction || neverSent(error)) return unavailable(error, { retryable: state !== transactionTimeout })
  return new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId }, { cause: driverCause(error) })
}

/** Runs work that belongs to no operation: a read, or the migrator's own. It throws the library's errors. */
export async function translated<T>(run: () => Promise<T>, translate = translateKnown): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw translate(error, { operationId: null, inTransaction: false })
  }
}

const transactionTimeout = '25P04'
// 57P01, 57P02, 57P04, 57P05, 25P03 and 25P04 mean that the server shuts down or has closed the connection. With 40003
// and 08007 the server itself doesn't know whether the statement was applied.
const connectionStates = /^(08...|57P0[1245]|25P0[34]|40003)$/
const contentionStates = /^(40001|40P01|55P03|23505)$/
// The server refused the connection before the statement began. It may accept the same call next time.
const refusedStates = /^(53300|57P03)$/
// The same call would fail again: a timeout, a full disk, or a server that is read-only.
const unavailableStates = /^(53...|57014|25006|58...)$/
const refusedValueStates = /^(22...|23502|23514)$/

function translateState(error: unknown, state: string): unknown {
  const options = { cause: driverCause(error) }
  // If an operation has no better meaning for a unique violation, it is a race, and the next attempt sees its winner.
  if (contentionStates.test(state)) return new ConversationStoreError('CONTENTION', { attempts: 1 }, options)
  if (refusedStates.test(state)) return unavailable(error)
  if (unavailableStates.test(state)) return unavailable(error, { retryable: false })
  if (refusedValueStates.test(state))
    return new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path: '', message: refusal(error) }] }, options)
  if (state === '0A000' && Reflect.get(Object(error), 'routine') === 'RevalidateCachedQuery')
    return new ConversationStoreError('CONTENTION', { attempts: 1 }, options)
  const needs = unmetNeeds[state]
  return needs === undefined ? error : unmet(needs, error)
}

function unmet(needs: { readonly operation: string; readonly needs: string }, error: unknown, host: string | null = null) {
  const cause = connectionCauseOf(error, host)
  return new ConversationStoreError('UNSUPPORTED', { ...needs, ...(cause !== null && { cause }) }, { cause: driverCause(error) })
}

const keptStatements = {
  operation: 'a named prepared statement',
  needs: 'a connection that keeps it; behind a pooler in transaction mode use postgres({ pool, preparedStatements: false })',
}
const unmetNeeds: Readonly<Record<string, { readonly operation: string; readonly needs: string }>> = {
  '26000': keptStatements,
  '42P05': keptStatements,
  '28000': { operation: 'this call', needs: 'a user and password that the server accepts, and a line in pg_hba.conf that lets them in' },
  '28P01': { operation: 'this call', needs: 'a user and password that the server accepts' },
  '3D000': { operation: 'this call', needs: 'a database that exists; check the name in the connection string' },
  '42501': { operation: 'this call', needs: 'rights on the tables and functions of the store; grant them to the role of the connection' },
  '25P01': { operation: 'using(transaction)', needs: 'a client on which the host has sent BEGIN' },
  '25P02': { operation: 'using(transaction)', needs: 'a transaction that has not failed; roll it back and begin anew' },
}

/**
 * The error of a connection that could not be made, so that nothing was sent. `host` is where it was to go. What only a
 * change of the settings mends is UNSUPPORTED, which nobody sends again.
 */
export function connectionRefused(error: unknown, host: string | null = null): ConversationStoreError {
  const cause = connectionCauseOf(error, host)
  // The driver itself refuses a password that is missing, without a SQLSTATE, and a certificate, with OpenSSL's code.
  const needs = unmetNeeds[sqlState(error) ?? ''] ?? (cause?.code === 'AUTHENTICATION' ? unmetNeeds['28P01'] : undefined)
  if (cause?.code === 'TLS') return unmet(encryption, error, host)
  return needs === undefined ? unavailable(error, { host }) : unmet(needs, error, host)
}

const encryption = { operation: 'this call', needs: 'a connection whose encryption both sides accept' }

/** Whether the error says that a table, column, function or index that the store named doesn't exist. */
export function isUndefinedObject(error: unknown): boolean {
  return /^(42P01|42703|42883|3F000|42P10|42704)$/.test(sqlState(error) ?? '')
}

export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === '23505'
}

/** Whether a connection can't be used any more after this error. */
export function breaksConnection(error: unknown): boolean {
  const state = sqlState(error)
  return state === null || isLost(error, state) || state === '0A000'
}

/** Whether the server has ended the connection with this error. */
export function isLost(error: unknown, state = sqlState(error) ?? ''): boolean {
  return connectionStates.test(state) || /^(FATAL|PANIC)$/i.test(String(Reflect.get(Object(error), 'severity')))
}

export function unavailable(
  error: unknown,
  { retryable = true, host = null }: { readonly retryable?: boolean; readonly host?: string | null } = {},
): ConversationStoreError<'UNAVAILABLE'> {
  const cause = connectionCauseOf(error, host)
  return new ConversationStoreError(
    'UNAVAILABLE',
    { attempts: 1, ...(cause !== null && { cause }) },
    { cause: driverCause(error), retryable },
  )
}

export function sqlState(error: unknown): string | null {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  // Node's own codes may have five letters too (EPIPE). A SQLSTATE of PostgreSQL has a digit.
  return typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : null
}

function isDriverError(error: unknown): boolean {
  return error instanceof Error && !(error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError)
}

function neverSent(error: unknown): boolean {
  return error instanceof Error && /not queryable|PGlite is clos|Transaction is closed|Client was closed/.test(error.message)
}

// The message has the constraint's name and nothing else, because the server's own message may quote the value.
function refusal(error: unknown): string {
  const constraint: unknown = Reflect.get(Object(error), 'constraint')
  return typeof constraint === 'string' ? `the database refused it by ${constraint}` : 'the database cannot hold it'
}
