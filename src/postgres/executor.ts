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

/** Nothing of the isolation level is left to the server's settings: each statement sees what others have committed. */
export const beginning = 'begin isolation level read committed'
