import { createHash } from 'node:crypto'
import type { LockHolder } from '../../migrator/kernel/target.js'
import { columns, type Row } from '../columns.js'
import { flag, integer, textOrNull, timeOrNull } from '../readers.js'
import { compile, type Fragment, raw, type Statement, sql } from '../sql.js'

/**
 * The lock of a schema's migrations. There is one per schema, whatever the prefix, because two stores may have to
 * create the same schema.
 */
export interface AdvisoryLock {
  /** Takes the lock until the transaction ends. */
  readonly tryInTransaction: Statement
  /** Takes the lock until it is unlocked or the connection ends. */
  readonly tryInSession: Statement
  readonly unlock: Statement
  /** Whether this backend has the lock. Behind a pooler, the next statement may run on another backend. */
  readonly isOurs: Statement
  readonly holder: Statement
  /** Terminates the backend that has the lock. */
  readonly terminate: Statement
}

/**
 * The statements of the lock. A lock of a session and a lock of a transaction exclude each other, because they have the
 * same key. The lock is tried and never waited for (run-lock.ts says why).
 */
export function advisoryLock(schema: string): AdvisoryLock {
  const hash = createHash('sha256').update(`conversation-store/migrate/${schema}`).digest()
  const key = raw(`${hash.readBigInt64BE(0)}::bigint`)
  const held = sql`from pg_catalog.pg_locks l
where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.classid = ${raw(String(hash.readUInt32BE(0)))}
  and l.objid = ${raw(String(hash.readUInt32BE(4)))}
  and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())`
  const ofHolder = sql`with held as (select l.pid ${held})
select held.pid, a.application_name, a.client_addr::text as client_addr, floor(date_part('epoch', a.state_change) * 1000)::bigint as since
from held left join pg_catalog.pg_stat_activity a on a.pid = held.pid`
  const tried = (call: Fragment) => compile(sql`select ${call} as locked, pg_catalog.pg_backend_pid() as pid`)
  return {
    tryInTransaction: tried(sql`pg_catalog.pg_try_advisory_xact_lock(${key})`),
    tryInSession: tried(sql`pg_catalog.pg_try_advisory_lock(${key})`),
    unlock: compile(sql`select pg_catalog.pg_advisory_unlock(${key}) as unlocked`),
    isOurs: compile(sql`select exists (select ${held} and l.pid = pg_catalog.pg_backend_pid()) as ours`),
    holder: compile(ofHolder),
    terminate: compile(sql`with ended as (${ofHolder} where held.pid <> pg_catalog.pg_backend_pid())
select ended.pid, ended.application_name, ended.client_addr, ended.since, pg_catalog.pg_terminate_backend(ended.pid) as terminated from ended`),
  }
}

/**
 * The results of the lock's statements: whether the lock was taken and by which backend, whether this backend still has
 * it, and whether its holder was terminated.
 */
export const triedRow = columns({ locked: flag, pid: integer })
export const ownRow = columns({ ours: flag })
export const endedRow = columns({ terminated: flag })
const holderRow = columns({ pid: integer, application_name: textOrNull, client_addr: textOrNull, since: timeOrNull })

/**
 * The holder of the lock, or null for no row. `since` is when its backend last changed its state, which is when it
 * began to work or to wait.
 */
export function toHolder(found: Row | undefined): LockHolder | null {
  if (found === undefined) return null
  const row = holderRow.of(found)
  const where = [textOrNull(row.application_name), textOrNull(row.client_addr)].filter((part) => part !== null && part !== '')
  return {
    holder: `backend ${integer(row.pid)}${where.length > 0 ? ` (${where.join(' at ')})` : ''}`,
    since: timeOrNull(row.since),
    expiresInMs: null,
  }
}
