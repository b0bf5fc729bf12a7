import type { Pool, PoolConfig } from 'pg'
import { refusal } from '../model/validation/refusal.js'
import { escapeHint } from './escape-hint.js'
import { notInstalled } from './not-installed.js'

interface PostgresOpening {
  readonly url: string
  /** The name that the error uses for a malformed URL. */
  readonly subject: string
  /** The operation that needs the driver, for the error if the driver is not installed. */
  readonly operation: string
  readonly options?: PoolConfig
  /** Called when an idle connection ends with an error. */
  readonly onIdleError?: (error: Error) => void
}

/**
 * Creates a pool, which connects with its first statement. Throws UNSUPPORTED if the driver is not installed, and
 * VALIDATION_FAILED for a malformed URL.
 */
export async function openPostgresPool({ url, subject, operation, options, onIdleError }: PostgresOpening): Promise<Pool> {
  const { default: pg } = await import('pg').catch(notInstalled('pg', operation))
  try {
    // Reading the URL here reports a malformed one. The pool would read it with every connection that it makes, and
    // fail as if the server could not be reached.
    new pg.Client({ connectionString: url })
  } catch {
    // The error has no cause, because the driver's error may quote the URL, and the URL may hold a password.
    throw refusal([subject], `must be a connection string that the driver takes; ${escapeHint}`)
  }
  const pool = new pg.Pool({ ...options, connectionString: url })
  // An idle connection that the server ends is replaced with the next statement. If nothing listened, its error would
  // end the process.
  pool.on('error', onIdleError ?? (() => {}))
  return pool
}
