import type { Pool, PoolConfig } from 'pg'
import { refusal } from '../model/validation/refusal.js'
import { notInstalled } from './not-installed.js'

interface PostgresOpening {
  readonly url: string
  /** What the refusal of a malformed URL names. */
  readonly subject: string
  /** What needs the driver. */
  readonly operation: string
  readonly options?: PoolConfig
  /** Hears of an idle connection that ended. */
  readonly onIdleError?: (error: Error) => void
}

/**
 * A pool, which connects with its first statement. Throws UNSUPPORTED without the driver, VALIDATION_FAILED for a
 * malformed URL.
 */
export async function openPostgresPool({ url, subject, operation, options, onIdleError }: PostgresOpening): Promise<Pool> {
  const { default: pg } = await import('pg').catch(notInstalled('pg', operation))
  try {
    // The pool would read it with every connection that it makes, and fail as if the server could not be reached.
    new pg.Client({ connectionString: url })
  } catch {
    // Without a cause: a driver's error may quote the URL, and the URL may hold a password.
    throw refusal([subject], 'must be a connection string that the driver takes')
  }
  const pool = new pg.Pool({ ...options, connectionString: url })
  // An idle connection that the server ends is replaced with the next statement; if nothing listened, its error would
  // end the process.
  pool.on('error', onIdleError ?? (() => {}))
  return pool
}
