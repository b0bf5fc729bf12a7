import type { Row } from './columns.js'
import type { Statement } from './sql.js'

/**
 * Sends one statement and returns its rows, with every value as text. It throws the driver's own errors, and the
 * library's errors for a statement that was not sent.
 */
export interface Executor {
  /** Whether statements are part of the host's transaction. */
  readonly inTransaction: boolean
  /**
   * Throws ABORTED when the signal aborts. When the deadline comes, it ends the wait for a connection with UNAVAILABLE,
   * and cancels a statement that was sent.
   */
  run(statement: Statement, signal: AbortSignal | null, deadline?: number): Promise<readonly Row[]>
  /**
   * Runs work in a transaction on one connection, and commits it unless the work throws. Within the host's transaction
   * it only runs the work. When the reply to the commit is lost, it throws the driver's error in a `CommitLost`.
   */
  transact<T>(work: (inner: Executor) => Promise<T>, deadline?: number): Promise<T>
}

/** The commit of a transaction failed, so it may have been applied. The cause is the driver's own error. */
export class CommitLost extends Error {}

/**
 * How long the server waits for the next statement of a transaction of the store's before it ends the session. A
 * process that stands still would otherwise keep what it has locked without bound. See docs/decisions/leases.md.
 */
export const idleInTransactionMs = 10_000

/**
 * Begins a transaction, in one round trip. Nothing of the isolation level is left to the server's settings: each
 * statement sees what others have committed. What is set is the transaction's own, so a pooler in transaction mode may
 * hand the session on.
 */
export const beginning = `begin isolation level read committed; set local idle_in_transaction_session_timeout = ${idleInTransactionMs}`
