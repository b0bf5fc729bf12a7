import { Client } from 'pg'
import type { RestartableServer } from '../servers/running.js'
import type { Faults } from './faults.js'
import type { Random } from './random.js'

/** Kills processes, ends random backends, and restarts the server. */
export function postgresFaults(server: RestartableServer, pauseMs: number): Faults {
  return {
    pauseMs,
    async cause(random, { killProcess }) {
      const kind = random.next()
      if (kind < 0.1) {
        killProcess()
        return 'kill -9 of a process'
      }
      if (kind < 0.8) {
        await endBackends(server.url, random)
        return 'ended backends'
      }
      const isFast = random.chance(0.5)
      await server.restart(isFast ? 'SIGINT' : 'SIGQUIT')
      return isFast ? 'fast restart' : 'immediate restart'
    },
    end: async () => {},
  }
}

/** Ends a random share of the connections of the processes. */
async function endBackends(url: string, random: Random): Promise<void> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    const text = `select pg_terminate_backend(pid) from pg_stat_activity
      where pid <> pg_backend_pid() and backend_type = 'client backend' and random() < $1`
    await client.query(text, [random.next()])
  } finally {
    await client.end()
  }
}
