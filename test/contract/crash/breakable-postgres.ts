import { Pool, type PoolClient } from 'pg'
import { postgres } from '../../../src/postgres/index.js'
import { postgresBackend } from '../postgres-backend.js'
import { checkpoint } from './breakdown.js'
import { cuttingProxy } from './cutting-proxy.js'
import type { BreakableBackend } from './sweep.js'

/** A PostgreSQL behind a proxy that cuts connections, with a pool whose clients can throw. */
export async function breakablePostgres(url: string): Promise<BreakableBackend> {
  const backend = await postgresBackend({ name: 'postgres', url })
  const address = new URL(url)
  // A statement is sent as one packet that ends with Execute and Sync. Earlier packets belong to the login.
  const proxy = await cuttingProxy(
    { host: address.hostname, port: Number(address.port || 5432) },
    (data) => data.subarray(-5, -4).toString() === 'S',
  )
  const thrown = checkpoint(['an error instead of sending', 'an error after the answer'])
  const applicationName = `crash-${process.pid}`
  const behind = Object.assign(new URL(url), { host: `127.0.0.1:${proxy.port}` })
  const pool = new Pool({ connectionString: behind.href, max: 2, application_name: applicationName })
  pool.on('error', () => {})
  pool.on('connect', (client) => throwing(client, thrown.next))
  return {
    backend,
    breakable: postgres({ pool, schema: backend.schema }),
    breakdown: {
      arm(kind, statement) {
        thrown.arm(kind, statement)
        proxy.arm(kind, statement)
      },
      disarm: () => [thrown.disarm(), proxy.disarm()].includes(true),
    },
    async settle() {
      const running = "select 1 from pg_stat_activity where application_name = $1 and state <> 'idle'"
      while ((await backend.query(running, [applicationName])).length > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    },
    async close() {
      await pool.end()
      await proxy.close()
      await backend.close()
    },
  }
}

function throwing(client: PoolClient, next: () => string | null): void {
  const query = client.query.bind(client) as (...given: unknown[]) => Promise<unknown>
  Object.assign(client, {
    async query(...given: unknown[]) {
      const kind = next()
      if (kind === 'an error instead of sending') throw new Error('Client has encountered a connection error and is not queryable')
      const result = await query(...given)
      if (kind === 'an error after the answer') throw new Error('Connection terminated unexpectedly')
      return result
    },
  })
}
