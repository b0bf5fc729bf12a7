import { vi } from 'vitest'
import { type ScratchSchema, scratchPool } from './scratch-schema.js'

/** Holds a lock that a later call waits for, on connections of its own. */
export async function holding(lock: string) {
  const pool = scratchPool({ max: 2 })
  const holder = await pool.connect()
  await holder.query('begin')
  const { rows } = await holder.query<{ pid: number }>('select pg_backend_pid() as pid')
  const pid = rows[0]?.pid
  await holder.query(lock)
  const waiters = async () => {
    const { rows } = await pool.query<{ pid: number }>('select pid from pg_stat_activity where $1 = any (pg_blocking_pids(pid))', [pid])
    return rows.map((row) => row.pid)
  }
  return {
    waiters,
    waiter: () =>
      vi.waitFor(async () => {
        const [waiter] = await waiters()
        if (waiter === undefined) throw new Error('nobody waits')
        return waiter
      }, 10_000),
    terminate: (waiter: number) => pool.query('select pg_terminate_backend($1)', [waiter]),
    async release() {
      await holder.query('rollback')
      holder.release()
    },
  }
}

export const rowOf = ({ schema }: Pick<ScratchSchema, 'schema'>, id: string) =>
  `select 1 from "${schema}".conversations where id = '${id}' for update`
export const tableOf = ({ schema }: Pick<ScratchSchema, 'schema'>) => `lock table "${schema}".conversations`
