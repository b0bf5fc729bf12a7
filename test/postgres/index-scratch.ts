import { randomBytes } from 'node:crypto'
import { Client, escapeIdentifier } from 'pg'
import { onTestFinished } from 'vitest'
import type { MigrationLogger } from '../../src/migrator/kernel/target.js'
import type { MigrationSession } from '../../src/postgres/migrator/migration.js'
import { postgresUrl } from './scratch-schema.js'

/** A connection that nothing else uses, as a run has one. */
export interface IndexSession extends MigrationSession {
  readonly pid: number
  readonly end: () => Promise<void>
}

const open = new Set<() => Promise<void>>()

export async function openSession({ name = 'index test', url = postgresUrl() } = {}): Promise<IndexSession> {
  const client = new Client({ connectionString: url, application_name: name })
  client.on('error', () => {})
  await client.connect()
  const end = () => client.end().catch(() => {})
  open.add(end)
  onTestFinished(end)
  const query = async (text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> =>
    (await client.query(text, [...values])).rows ?? []
  const [row] = await query('select pg_backend_pid() as pid')
  return { query, end, pid: Number(row?.pid) }
}

/** Makes an empty schema, which is dropped when the test ends. */
export async function emptySchema(url = postgresUrl()): Promise<string> {
  const schema = `indexes_${randomBytes(6).toString('hex')}`
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`create schema ${escapeIdentifier(schema)}`)
  onTestFinished(async () => {
    // A session that is still in a transaction would block the drop, and the drop would block every concurrent build of
    // other tests.
    for (const end of open) await end()
    open.clear()
    await client.query(`drop schema if exists ${escapeIdentifier(schema)} cascade`)
    await client.end()
  })
  return schema
}

export interface LoggedLine {
  readonly message: string
  readonly details: Readonly<Record<string, unknown>> | undefined
}

export function recordingLogger(): MigrationLogger & { readonly lines: LoggedLine[] } {
  const lines: LoggedLine[] = []
  const log = (message: string, details?: Readonly<Record<string, unknown>>) => {
    lines.push({ message, details })
  }
  return { lines, debug: log, info: log, warn: log, error: log }
}

/** The terms that a run gives to a build, unless the test changes them. */
export function buildTerms(): { signal: AbortSignal; logger: ReturnType<typeof recordingLogger>; concurrently: boolean } {
  return { signal: new AbortController().signal, logger: recordingLogger(), concurrently: true }
}

/** The indexes of the schema as the server describes them. Invalid ones are marked. */
export async function indexesOf({ query }: MigrationSession, schema: string): Promise<readonly string[]> {
  const rows = await query(
    `select c.relname || case when i.indisvalid then '' else ' INVALID' end || ': ' || regexp_replace(pg_get_indexdef(i.indexrelid), '^.* USING ', case when i.indisunique then 'unique ' else '' end) as index
     from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 order by c.relname`,
    [schema],
  )
  return rows.map(({ index }) => String(index))
}
