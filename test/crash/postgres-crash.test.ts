import { Pool } from 'pg'
import { afterAll, beforeAll, describe } from 'vitest'
import { postgres } from '../../src/postgres/index.js'
import { type PostgresBackend, postgresBackend } from '../contract/postgres-backend.js'
import { serverUrl } from '../contract/server.js'
import { type CrashBackend, sweep } from './crash-sweep.js'
import { type CuttingProxy, cuttingProxy, type Moment } from './cutting-proxy.js'

let backend: PostgresBackend
beforeAll(async () => {
  backend = await postgresBackend({ name: 'crash', url: serverUrl('postgres') })
})
afterAll(() => backend.close())

for (const moment of ['before', 'after'] as const) {
  describe(`a connection to PostgreSQL cut ${moment} a statement is answered`, () => {
    let proxy: CuttingProxy
    let pool: Pool
    let crash: CrashBackend
    beforeAll(async () => {
      const url = new URL(serverUrl('postgres'))
      proxy = await cuttingProxy({ host: url.hostname, port: Number(url.port) })
      url.port = String(proxy.port)
      pool = new Pool({ connectionString: url.href, max: 1 })
      pool.on('error', () => {})
      crash = {
        adapter: postgres({ pool, schema: backend.schema }),
        raw: backend.raw,
        async arm(nth) {
          // Connecting is no statement of the write.
          await pool.query('select 1')
          proxy.arm(nth, moment)
        },
        disarm: async () => proxy.disarm(),
      }
    })
    afterAll(async () => {
      await pool.end()
      await proxy.close()
    })
    sweep(() => crash)
  })

  describe(`an error thrown ${moment} a statement on PostgreSQL`, () => {
    let throwing: { readonly pool: Pool; readonly crash: CrashBackend }
    beforeAll(() => {
      throwing = throwingPool(backend, moment)
    })
    afterAll(() => throwing.pool.end())
    sweep(() => throwing.crash)
  })
}

function throwingPool({ schema, raw }: PostgresBackend, moment: Moment): { pool: Pool; crash: CrashBackend } {
  const pool = new Pool({ connectionString: serverUrl('postgres'), max: 1 })
  let left = 0
  let wasStopped = false
  pool.on('connect', (client) => {
    const query = client.query.bind(client)
    Object.assign(client, {
      query: async (config: string) => {
        left -= 1
        if (left !== 0) return query(config)
        wasStopped = true
        if (moment === 'after') await query(config)
        throw new RangeError('a bug in the middle of a write')
      },
    })
  })
  const crash: CrashBackend = {
    adapter: postgres({ pool, schema }),
    raw,
    async arm(nth) {
      left = nth
      wasStopped = false
    },
    async disarm() {
      left = 0
      return wasStopped
    },
  }
  return { pool, crash }
}
