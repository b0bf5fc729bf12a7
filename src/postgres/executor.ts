import type { Row } from './columns.js'
import type { Statement } from './sql.js'

/**
 * Sends one statement and returns its rows, every value as text. Throws the driver's errors, and the library's for what
 * was not sent.
 */
export interface Executor {
  /** Statements are part of the host's transaction. */
  readonly inTransaction: boolean
  run(statement: Statement, signal: AbortSignal | null): Promise<readonly Row[]>
}
