import { parseArgs } from 'node:util'
import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import { startThrowawayReplicaSet } from '../../test/servers/mongo.js'
import { startEmbeddedPostgres } from '../../test/servers/postgres.js'
import { installedPackage } from '../../test/servers/postgres-binaries.js'
import { processorOf } from '../index-sets/rounds.js'
import { type Build, buildOf, presentBuild } from './build-of.js'
import { measureRevisions } from './measure.js'

// Prints what today's build costs beside that of an earlier revision, on one server each. The default is the last
// revision in which a customer had one id.
const { values } = parseArgs({ options: { from: { type: 'string', default: '5b56fc6' }, only: { type: 'string' } } })
const builds: readonly { readonly name: string; readonly build: Build }[] = [
  { name: values.from, build: await buildOf(values.from) },
  { name: 'today', build: await presentBuild() },
]
if (values.only !== 'mongo') await onPostgres()
if (values.only !== 'postgres') await onMongo()

async function onPostgres(): Promise<void> {
  const server = await startEmbeddedPostgres('figure-revisions', installedPackage(), { fsync: 'on', synchronous_commit: 'on' })
  const pools = builds.map(() => new Pool({ connectionString: server.url, max: 16, idleTimeoutMillis: 0 }))
  try {
    const pids = new Set<number>()
    for (const pool of pools) {
      pool.on('connect', (client) => pids.add((client as unknown as { processID: number }).processID))
      // A pool says that it has ended before its connections have, and the server stops at once after that.
      pool.on('error', () => undefined)
    }
    const revisions = builds.map(({ name, build }, place) => ({
      name,
      build,
      adapter: build.postgres({ pool: pools[place] ?? new Pool(), schema: `revision_${place}` }),
    }))
    await measureRevisions('PostgreSQL', revisions, async () => {
      await pools[0]?.query('analyze')
      // Each connection is a process of the server, and all of them stay.
      return () => [...pids].reduce((sum, pid) => sum + processorOf(pid)(), 0)
    })
  } finally {
    for (const pool of pools) await pool.end()
    await server.stop()
  }
}

async function onMongo(): Promise<void> {
  const server = await startThrowawayReplicaSet(['--wiredTigerCacheSizeGB', '1', '--oplogSize', '1024'])
  const clients = await Promise.all(builds.map(() => new MongoClient(server.url).connect()))
  try {
    const revisions = builds.map(({ name, build }, place) => {
      const client = clients[place] ?? new MongoClient(server.url)
      return { name, build, adapter: build.mongo({ client, db: client.db(`revision_${place}`) }) }
    })
    await measureRevisions('MongoDB', revisions, async () => {
      const facts = await clients[0]?.db().admin().command({ serverStatus: 1 })
      return processorOf(Number(facts?.pid))
    })
  } finally {
    for (const client of clients) await client.close()
    await server.stop()
  }
}
