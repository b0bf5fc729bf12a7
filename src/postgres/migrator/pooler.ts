import { setTimeout as sleep } from 'node:timers/promises'
import { ConversationStoreError } from '../../model/errors.js'
import { columns } from '../columns.js'
import { isPgPool, type PostgresDriver } from '../drivers.js'
import { integer } from '../readers.js'
import { compile, sql } from '../sql.js'
import { openConnection, type RunConnection } from './connection.js'

const longestProbeMs = 5000
const backendRow = columns({ pid: integer })
const known = new WeakMap<object, boolean>()

/**
 * Whether the connection keeps one backend between statements. A pooler announces process ids of its own. In session
 * mode it can be used. In transaction mode it gives the backend to others between two statements, and a stranger would
 * then hold the lock of the session. This therefore tests whether another connection gets the backend that this one had
 * just now. If there is no other connection to test with, the answer is false. Call it only outside a transaction.
 */
export async function keepsSessions(driver: PostgresDriver, connection: RunConnection): Promise<boolean> {
  const before = known.get(driver)
  if (before !== undefined) return before
  const ours = await backendPid(connection)
  if (ours === connection.announcedPid) return true
  const theirs = await pidOfAnother(driver)
  const kept = theirs !== null && theirs !== ours && (await backendPid(connection)) === ours
  known.set(driver, kept)
  return kept
}

/** Whether the connection reaches one backend without a pooler in between. */
export async function isDirect(connection: RunConnection): Promise<boolean> {
  return connection.announcedPid !== null && (await backendPid(connection)) === connection.announcedPid
}

async function backendPid(connection: RunConnection): Promise<number> {
  const [row = {}] = await connection.run(compile(sql`select pg_catalog.pg_backend_pid() as pid`))
  return integer(backendRow.of(row).pid)
}

async function pidOfAnother(driver: PostgresDriver): Promise<number | null> {
  if (!isPgPool(driver)) return null
  const opening = openConnection(driver)
  const other = await Promise.race([opening, sleep(longestProbeMs, null, { ref: false })])
  if (other === null) {
    opening.then((late) => late.end(false)).catch(() => {})
    return null
  }
  try {
    return await backendPid(other)
  } finally {
    await other.end(false)
  }
}

export function poolerDetected(): ConversationStoreError<'UNSUPPORTED'> {
  return new ConversationStoreError('UNSUPPORTED', {
    operation: 'a migration that is not one transaction',
    needs: 'a direct connection to PostgreSQL, or a pooler in session mode: behind one in transaction mode no session is kept',
  })
}
