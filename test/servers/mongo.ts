import { MongoClient } from 'mongodb'
import { mongodBinary } from './mongod-binary.js'
import type { RestartableServer, RunningServer } from './running.js'
import { freePort, scratchDirectory } from './scratch.js'
import { type Supervised, startSupervised } from './supervised.js'

const REPLICA_SET = 'rs0'
// Each collection and each index is a file, and 500 tenants have 30,000 of them. The server closes files that nobody
// uses before it reaches the limit of open files.
const FILES = 'file_manager=(close_handle_minimum=250,close_idle_time=30,close_scan_interval=10)'
// `failCommand`, which causes errors and cut connections on demand, is one of the test commands.
const FOR_TESTS = ['--wiredTigerCacheSizeGB', '0.5', '--wiredTigerEngineConfigString', FILES, '--setParameter', 'enableTestCommands=1']

/**
 * A one-node replica set, because transactions need a replica set. It is the one at `TEST_MONGODB_URL`, or a throwaway
 * one.
 */
export async function startMongoReplicaSet(): Promise<RunningServer> {
  const given = process.env.TEST_MONGODB_URL
  if (given) return { url: given, version: await withClient(given, requirePrimary), stop: async () => {} }

  return startThrowawayReplicaSet(['--oplogSize', '256', ...FOR_TESTS])
}

/** Starts a one-node replica set of its own with the given options. */
export async function startThrowawayReplicaSet(how: readonly string[] = FOR_TESTS): Promise<RestartableServer> {
  return startMongod('mongo-replica-set', ['--replSet', REPLICA_SET, ...how], async (server, port) => {
    const direct = `mongodb://127.0.0.1:${port}/?directConnection=true`
    const config = { _id: REPLICA_SET, members: [{ _id: 0, host: `127.0.0.1:${port}` }] }
    await server.ready(() => withClient(direct, initiate(config)), 30_000)
    const url = `mongodb://127.0.0.1:${port}/?replicaSet=${REPLICA_SET}`
    const version = await server.ready(() => withClient(url, requirePrimary), 30_000)
    return { url, version }
  })
}

/**
 * A standalone mongod, which has no transactions. It is the one at `TEST_MONGODB_STANDALONE_URL`, or a throwaway one.
 */
export async function startMongoStandalone(): Promise<RunningServer> {
  const given = process.env.TEST_MONGODB_STANDALONE_URL
  if (given) return { url: given, version: await withClient(given, serverVersion), stop: async () => {} }

  return startThrowawayStandalone()
}

/** Starts a standalone mongod of its own. */
export async function startThrowawayStandalone(): Promise<RestartableServer> {
  return startMongod('mongo-standalone', FOR_TESTS, async (server, port) => {
    const url = `mongodb://127.0.0.1:${port}/?directConnection=true`
    const version = await server.ready(() => withClient(url, serverVersion), 30_000)
    return { url, version }
  })
}

async function startMongod(
  name: string,
  how: readonly string[],
  open: (server: Supervised, port: number) => Promise<{ url: string; version: string }>,
): Promise<RestartableServer> {
  const command = await mongodBinary()
  const directory = await scratchDirectory(name)
  const port = await freePort()
  const where = ['--dbpath', directory, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket', '--quiet']
  const server = startSupervised({ command, args: [...where, ...how], directory, stopSignal: 'SIGTERM' })
  try {
    const opened = await open(server, port)
    const restart = async (signal: NodeJS.Signals) => {
      const before = await withClient(opened.url, processId)
      server.restart(signal)
      await server.ready(() => withClient(opened.url, requireAnother(before)), 60_000)
    }
    return { ...opened, restart, stop: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function withClient<T>(url: string, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 1_000 })
  try {
    return await use(await client.connect())
  } finally {
    await client.close()
  }
}

function initiate(config: object) {
  return async (client: MongoClient): Promise<void> => {
    await client
      .db('admin')
      .command({ replSetInitiate: config })
      .catch((error: { codeName?: string }) => {
        if (error.codeName !== 'AlreadyInitialized') throw error
      })
  }
}

async function requirePrimary(client: MongoClient): Promise<string> {
  const hello = await client.db('admin').command({ hello: 1 })
  if (!hello.setName || !hello.isWritablePrimary) throw new Error('not (yet) the primary of a replica set')
  return serverVersion(client)
}

async function serverVersion(client: MongoClient): Promise<string> {
  const { version } = await client.db('admin').command({ buildInfo: 1 })
  return String(version)
}

async function processId(client: MongoClient): Promise<string> {
  const { pid } = await client.db('admin').command({ serverStatus: 1 })
  return String(pid)
}

/** Throws until another process than `before` takes writes. */
function requireAnother(before: string) {
  return async (client: MongoClient): Promise<void> => {
    const { isWritablePrimary } = await client.db('admin').command({ hello: 1 })
    if (!isWritablePrimary || (await processId(client)) === before) throw new Error('the server has not started anew yet')
  }
}
