import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { startThrowawayReplicaSet } from '../test/servers/mongo.js'
import { startEmbeddedPostgres } from '../test/servers/postgres.js'
import { installedPackage } from '../test/servers/postgres-binaries.js'
import type { Servers } from './comparison.js'
import { startDelayProxy } from './runner/delay-proxy.js'

export interface StartedServers extends Servers {
  stop(): Promise<void>
}

/**
 * The settings that a host would use, so committed data is on the disk. They also keep checkpoints out of the variants'
 * turns.
 */
const POSTGRES_SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '512MB',
  max_connections: '200',
  deadlock_timeout: '1s',
  checkpoint_timeout: '30min',
  max_wal_size: '8GB',
}

/** The default write concern, "majority", waits for the journal. */
const MONGOD_OPTIONS = ['--wiredTigerCacheSizeGB', '1', '--oplogSize', '1024']

const ONE_WAY_MS = 1

/**
 * Uses `BENCH_POSTGRES_URL` and `BENCH_MONGODB_URL` (a replica set), or starts throwaway servers with their data below
 * TMPDIR.
 */
export async function startServers(largeDatabase: number): Promise<StartedServers> {
  await requireDisk(tmpdir())
  const stops: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end()
  }
  try {
    const start = async (given: string | undefined, starting: () => Promise<{ url: string; stop(): Promise<void> }>) => {
      if (given) return given
      const server = await starting()
      stops.push(server.stop)
      return server.url
    }
    const postgresUrl = await start(process.env.BENCH_POSTGRES_URL, () =>
      startEmbeddedPostgres('bench-postgres', installedPackage(), POSTGRES_SETTINGS),
    )
    const mongoUrl = await start(process.env.BENCH_MONGODB_URL, () => startThrowawayReplicaSet(MONGOD_OPTIONS))

    const delayed = new URL(postgresUrl)
    const proxy = await startDelayProxy({ host: delayed.hostname, port: Number(delayed.port || 5432) }, ONE_WAY_MS)
    stops.push(proxy.stop)
    delayed.host = `127.0.0.1:${proxy.port}`
    return { postgresUrl, delayedPostgresUrl: delayed.href, mongoUrl, largeDatabase, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Requires a disk. In memory a commit costs nothing, and every ratio would be different. */
async function requireDisk(directory: string): Promise<void> {
  const TMPFS = 0x01021994
  const { type } = await statfs(directory)
  if (type === TMPFS) throw new Error(`${directory} is in memory: set TMPDIR to a directory on a disk`)
}
