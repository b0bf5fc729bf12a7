import { ConversationStoreError } from '../model/errors.js'
import type { Row } from './rows.js'
import type { Statement } from './sql.js'

/** Sends one statement and returns its rows, every value as text. Throws the driver's errors, and the library's for what was not sent. */
export interface Executor {
  /** Statements are part of the host's transaction. */
  readonly inTransaction: boolean
  run(statement: Statement, signal: AbortSignal | null): Promise<readonly Row[]>
}

/** One connection in one transaction of our own, for migrations. */
export interface Session {
  run(statement: Statement): Promise<readonly Row[]>
  /** SQL text without values. */
  script(text: string): Promise<void>
}
export interface OwnTransactions {
  /** Commits when `work` returns, rolls back when it throws. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>
}

export function requireNotAborted(signal: AbortSignal | null): void {
  if (signal?.aborted) throw new ConversationStoreError('ABORTED', {}, { cause: signal.reason })
}
