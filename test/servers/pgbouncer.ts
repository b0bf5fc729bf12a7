import { chown, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { onPath } from './on-path.js'
import { unprivilegedUser } from './run-as.js'
import type { RunningServer } from './running.js'
import { freePort, scratchDirectory } from './scratch.js'
import { startSupervised } from './supervised.js'

/** A PgBouncer in transaction mode in front of a PostgreSQL: each transaction may land on another server connection. */
export async function startPgbouncer(postgresUrl: string): Promise<RunningServer> {
  const pgbouncer = await onPath('pgbouncer', ['/usr/sbin', '/usr/local/sbin'])
  if (!pgbouncer) throw new Error('no pgbouncer on the PATH (Debian: apt-get install pgbouncer)')

  const runAs = unprivilegedUser()
  const directory = await scratchDirectory('pgbouncer', runAs)
  const port = await freePort()
  const config = join(directory, 'pgbouncer.ini')
  await writeFile(config, iniFor(new URL(postgresUrl), port))
  if (runAs) await chown(config, runAs.uid, runAs.gid)

  const server = startSupervised({ command: pgbouncer, args: [config], runAs, directory, stopSignal: 'SIGINT' })
  const url = `postgres://postgres@127.0.0.1:${port}${new URL(postgresUrl).pathname}`
  try {
    const version = await server.ready(() => pgbouncerVersion(port), 10_000)
    return { url, version, stop: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  }
}

function iniFor(postgres: URL, port: number): string {
  const password = postgres.password ? ` password='${decodeURIComponent(postgres.password)}'` : ''
  return `[databases]
* = host=${postgres.hostname} port=${postgres.port || '5432'} user=${decodeURIComponent(postgres.username) || 'postgres'}${password}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
stats_users = postgres
pool_mode = transaction
max_client_conn = 500
default_pool_size = 20
ignore_startup_parameters = extra_float_digits
`
}

async function pgbouncerVersion(port: number): Promise<string> {
  const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'pgbouncer', connectionTimeoutMillis: 2_000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string }>('show version')
    return rows[0]?.version.replace(/^PgBouncer /, '') ?? 'unknown'
  } finally {
    await client.end()
  }
}
