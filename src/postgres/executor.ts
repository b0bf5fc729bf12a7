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
}
