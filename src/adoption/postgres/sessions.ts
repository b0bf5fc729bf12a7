import type { PostgresDriver } from '../../postgres/drivers.js'
import { openConnection, type RunConnection } from '../../postgres/migrator/connection.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { withRetries } from '../../postgres/migrator/retries.js'

/** Lends a connection of the host's to some work. Between two of them others get it, such as the renewal of a lease. */
export async function withConnection<T>(driver: PostgresDriver, work: (connection: RunConnection) => Promise<T>): Promise<T> {
  const connection = await openConnection(driver)
  try {
    return await work(connection)
  } finally {
    await connection.end(false)
  }
}

/**
 * Runs some work in a transaction. A number and a time are read in one way, whatever the server's settings say, and a
 * session that stands still within it is ended by the server after `idleMs`.
 */
export function inTransaction<T>(
  driver: PostgresDriver,
  { lockMs, idleMs = 60_000 }: { readonly lockMs: number; readonly idleMs?: number },
  work: (session: MigrationSession) => Promise<T>,
): Promise<T> {
  return withConnection(driver, async (connection) => {
    await connection.begin()
    try {
      await connection.query(
        `select ${['datestyle', 'extra_float_digits', 'lock_timeout', 'idle_in_transaction_session_timeout']
          .map((name, at) => `pg_catalog.set_config('${name}', $${at + 1}::text, true)`)
          .join(', ')}`,
        ['ISO', '3', String(lockMs), String(idleMs)],
      )
      const result = await work(connection)
      await connection.commit()
      return result
    } catch (error) {
      await connection.rollback().catch(() => undefined)
      throw error
    }
  })
}

/**
 * How long a statement over rows waits for those that others have locked. It gives way before a live writer that waits
 * for it too could be ended as the victim of a deadlock.
 */
export const rowLockMs = 200

/** Changes rows of the host's in a transaction, which begins anew while live writers have them. */
export function onRows<T>(
  driver: PostgresDriver,
  signal: AbortSignal | undefined,
  work: (session: MigrationSession) => Promise<T>,
): Promise<T> {
  return withRetries(
    signal ?? new AbortController().signal,
    () => inTransaction(driver, { lockMs: rowLockMs }, work),
    async () => {},
  )
}

/** Reads the JSON of the only row, without a transaction. */
export function readOne<T>(driver: PostgresDriver, text: string, values: readonly unknown[] = []): Promise<T> {
  return withConnection(driver, (connection) => oneOf<T>(connection, text, values))
}

/** Reads the first column of the only row, which has to be JSON as text. */
export async function oneOf<T>(session: MigrationSession, text: string, values: readonly unknown[] = []): Promise<T> {
  const [row = {}] = await session.query(text, values)
  const [json = 'null'] = Object.values(row)
  return JSON.parse(String(json)) as T
}
