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
 * A pooler announces process ids of its own. In session mode it serves us; in transaction mode it gives the backend
 * away between our statements, and a lock of the session would stay with a stranger. So: does another connection get
 * the backend that we had just now? Where there is no other connection to ask, we can't know, and don't trust it.
 * Outside a transaction only.
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
