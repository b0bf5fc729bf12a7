import { writeFile } from 'node:fs/promises'
import type { TestProject } from 'vitest/node'
import { startMongoReplicaSet, startMongoStandalone } from './servers/mongo.js'
import { startPgbouncer } from './servers/pgbouncer.js'
import { keepPgliteDataDir } from './servers/pglite.js'
import { startPostgres } from './servers/postgres.js'
import { startPostgres12 } from './servers/postgres-12.js'
import type { ProvidedServer, ProvidedServers } from './servers/provided.js'
import type { RunningServer } from './servers/running.js'
import { sweepScratchDirectories } from './servers/scratch.js'

/** The names that `CONTRACT_REQUIRE` and `TEST_WITHOUT` know, and the servers that each of them stands for. */
const SERVERS: Record<string, readonly (keyof ProvidedServers)[]> = {
  postgres: ['postgres'],
  postgres12: ['postgres12'],
  pgbouncer: ['pgbouncer'],
  mongo: ['mongoReplicaSet', 'mongoStandalone'],
}

/** Starts every server once, tells the tests where they are, and stops them after the last test. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const required = new Set([...serversOf('CONTRACT_REQUIRE'), ...namedServers()])
  const leftOut = new Set(serversOf('TEST_WITHOUT'))
  await sweepScratchDirectories()
  await keepPgliteDataDir()

  const running: RunningServer[] = []
  const start = async (name: keyof ProvidedServers, starter: () => Promise<RunningServer>): Promise<ProvidedServer> => {
    try {
      if (leftOut.has(name)) throw new Error('TEST_WITHOUT says so')
      const server = await starter()
      running.push(server)
      return { url: server.url, version: server.version }
    } catch (error) {
      return { url: null, reason: reasonOf(error) }
    }
  }
  const starting = {
    postgres: start('postgres', startPostgres),
    postgres12:
      process.env.STRESS === '1' ? start('postgres12', startPostgres12) : Promise.resolve({ url: null, reason: 'in the stress run only' }),
    mongoReplicaSet: start('mongoReplicaSet', startMongoReplicaSet),
    mongoStandalone: start('mongoStandalone', startMongoStandalone),
  }
  const postgres = await starting.postgres
  const servers: ProvidedServers = {
    postgres,
    postgres12: await starting.postgres12,
    pgbouncer:
      postgres.url === null
        ? { url: null, reason: 'no PostgreSQL to stand in front of' }
        : await start('pgbouncer', () => startPgbouncer(postgres.url)),
    mongoReplicaSet: await starting.mongoReplicaSet,
    mongoStandalone: await starting.mongoStandalone,
  }
  const stop = async () => {
    await Promise.all(running.map((server) => server.stop()))
  }

  // scripts/test.mjs prints it at the end of the run, where it is seen.
  if (process.env.TEST_SERVERS_FILE) await writeFile(process.env.TEST_SERVERS_FILE, JSON.stringify(servers))

  for (const name of Object.keys(servers) as (keyof ProvidedServers)[]) {
    const server = servers[name]
    project.provide(name, server)
    if (server.url === null && required.has(name)) {
      await stop()
      throw new Error(`${name} is required (CONTRACT_REQUIRE, or its own variable) and absent: ${server.reason}`)
    }
  }
  return stop
}

/** The servers that a variable of the environment names, such as `postgres,mongo`. */
function serversOf(variable: string): (keyof ProvidedServers)[] {
  const names = (process.env[variable] ?? '').split(',').filter((name) => name !== '')
  return names.flatMap((name) => SERVERS[name] ?? fail(`${variable}: unknown name ${name}`))
}

/** Someone who names a server means it: a typo in its address must not turn into fewer tests. */
function namedServers(): (keyof ProvidedServers)[] {
  const { TEST_POSTGRES_URL, TEST_MONGODB_URL, TEST_MONGODB_STANDALONE_URL } = process.env
  return [
    ...(TEST_POSTGRES_URL ? (['postgres'] as const) : []),
    ...(TEST_MONGODB_URL ? (['mongoReplicaSet'] as const) : []),
    ...(TEST_MONGODB_STANDALONE_URL ? (['mongoStandalone'] as const) : []),
  ]
}

function reasonOf(error: unknown): string {
  // A refused connection to a name with several addresses has no message of its own.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message.trim() : String(error)
}

function fail(message: string): never {
  throw new Error(message)
}
