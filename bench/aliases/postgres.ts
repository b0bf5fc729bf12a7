import { postgres } from 'conversation-store/postgres'
import { Pool } from 'pg'
import { startEmbeddedPostgres } from '../../test/servers/postgres.js'
import { installedPackage } from '../../test/servers/postgres-binaries.js'
import { processorOf } from '../index-sets/rounds.js'
import { measureAliases } from './measure.js'

const server = await startEmbeddedPostgres('figure-aliases', installedPackage(), { fsync: 'on', synchronous_commit: 'on' })
try {
  const pool = new Pool({ connectionString: server.url, max: 1 })
  await measureAliases('PostgreSQL', postgres({ pool, schema: 'figure_aliases' }), async () => {
    await pool.query('analyze')
    const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
    return processorOf(rows[0]?.pid ?? 0)
  })
  await pool.end()
} finally {
  await server.stop()
}
