import { MongoClient } from 'mongodb'
import { Client } from 'pg'
import type { Servers } from './comparison.js'
import { localProcess, parentOf } from './runner/cpu.js'
import { quantile } from './runner/statistics.js'

/** What we have to know about the servers themselves. */
export interface ServerFacts {
  readonly postgres: string
  readonly postgresSettings: Readonly<Record<string, string>>
  /** Null when the server is not on this machine. */
  readonly postgresPid: number | null
  readonly mongo: string
  readonly mongoPid: number | null
  /** Median milliseconds of `select 1`. */
  readonly roundTrip: { readonly direct: number; readonly delayed: number }
}

const SETTINGS = ['synchronous_commit', 'fsync', 'full_page_writes', 'shared_buffers', 'max_wal_size', 'checkpoint_timeout']

export async function factsAbout({ postgresUrl, delayedPostgresUrl, mongoUrl }: Servers): Promise<ServerFacts> {
  const postgres = await withPostgres(postgresUrl, async (client) => {
    const version = await client.query<{ server_version: string }>('show server_version')
    const settings = await client.query<{ name: string; value: string }>(
      'select name, current_setting(name) as value from unnest($1::text[]) as name',
      [SETTINGS],
    )
    const backend = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    return {
      postgres: version.rows[0]?.server_version ?? 'unknown',
      postgresSettings: Object.fromEntries(settings.rows.map(({ name, value }) => [name, value])),
      postgresPid: localProcess(parentOf(backend.rows[0]?.pid ?? 0), 'postgres'),
    }
  })
  const roundTrip = {
    direct: await withPostgres(postgresUrl, roundTripTime),
    delayed: await withPostgres(delayedPostgresUrl, roundTripTime),
  }
  return { ...postgres, ...(await mongoFacts(mongoUrl)), roundTrip }
}

async function mongoFacts(url: string): Promise<Pick<ServerFacts, 'mongo' | 'mongoPid'>> {
  const client = new MongoClient(url)
  try {
    const { version, pid } = await client.db('admin').command({ serverStatus: 1 })
    return { mongo: String(version), mongoPid: localProcess(Number(pid), 'mongod') }
  } finally {
    await client.close()
  }
}

async function roundTripTime(client: Client): Promise<number> {
  const times: number[] = []
  for (let time = 0; time < 200; time++) {
    const started = performance.now()
    await client.query('select 1')
    times.push(performance.now() - started)
  }
  return quantile(
    times.sort((a, b) => a - b),
    0.5,
  )
}

async function withPostgres<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
