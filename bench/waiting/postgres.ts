import { postgres } from 'conversation-store/postgres'
import { Pool } from 'pg'
import { startEmbeddedPostgres } from '../../test/servers/postgres.js'
import { installedPackage } from '../../test/servers/postgres-binaries.js'
import { processorOf } from '../index-sets/rounds.js'
import { accountId, measureMessages } from './measure.js'

async function measure(url: string): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 1 })
  try {
    await measureMessages({
      name: 'PostgreSQL',
      adapter: postgres({ pool, schema: 'figure_waiting' }),
      leaveWaiting: async (customerId, count) => void (await pool.query(leaveWaiting, [accountId, customerId, count])),
      async processor() {
        await pool.query('analyze')
        const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
        return processorOf(rows[0]?.pid ?? 0)
      },
    })
  } finally {
    await pool.end()
  }
}

const leaveWaiting = `insert into figure_waiting.contact_interaction_events (account_id, id, contact_inbox_id, type, target_message_id, local_id,
    sender_id, direction, payload, dedupe_key, operation_id, occurred_at, created_at)
  select $1, $2 || ' event ' || n, ci.id, case n % 2 when 0 then 'reaction' else 'message_failed' end,
    case n % 2 when 0 then 'never ' || n end, case n % 2 when 1 then 'never ' || n end,
    'x', 'inbound', '{"emoji": "x", "error": "x"}', 'key ' || n, 'operation ' || n, now(), now() + n * interval '1 millisecond' - interval '1 day'
  from figure_waiting.contact_inboxes ci, generate_series(1, $3::integer) n where ci.account_id = $1 and ci.customer_id = $2`

const server = await startEmbeddedPostgres('figure-waiting', installedPackage(), { fsync: 'on', synchronous_commit: 'on' })
try {
  await measure(server.url)
} finally {
  await server.stop()
}
