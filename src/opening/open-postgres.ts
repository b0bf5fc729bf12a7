import { hostname } from 'node:os'
import type { Pool } from 'pg'
import type { PostgresSettings } from '../cli/settings.js'
import { usageError } from '../cli/usage-error.js'
import type { MigrationLogger } from '../migrator/kernel/target.js'
import { installed } from './installed.js'

/** A pool, which connects with its first statement: `list` works without a server. */
export async function openPostgres({ url }: PostgresSettings, concurrency: number, logger: MigrationLogger): Promise<Pool> {
  const { default: pg } = await installed(import('pg'), 'migrating PostgreSQL', 'pg')
  try {
    // The pool would read it with every connection that it makes, and fail as if the server could not be reached.
    new pg.Client({ connectionString: url })
  } catch {
    // Without a cause: a driver's error may quote the URL, and the URL may hold a password.
    throw usageError('DATABASE_URL', 'must be a connection string that the driver takes')
  }
  const pool = new pg.Pool({
    connectionString: url,
    // One for each database at work, one that looks on, and one to spare.
    max: concurrency + 2,
    connectionTimeoutMillis: 30_000,
    // Told by `lock show`, cut by the server after 63 bytes.
    application_name: `conversation-store ${process.pid}@${hostname()}`.slice(0, 63),
  })
  // An idle connection that the server ends is replaced with the next statement; unheard, its error would end the process.
  pool.on('error', (error) => logger.debug(`an idle connection ended: ${error.message}`))
  return pool
}
