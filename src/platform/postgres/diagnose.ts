import type { Diagnosis } from '../../migrator/databases.js'
import { type Columns, columns, type Readers, type RowOf } from '../../postgres/columns.js'
import type { PostgresDriver } from '../../postgres/drivers.js'
import { openConnection, type RunConnection } from '../../postgres/migrator/connection.js'
import { keepsSessions } from '../../postgres/migrator/pooler.js'
import { ownerInWords, rightsStatement, toRights } from '../../postgres/migrator/role-rights.js'
import { createNames } from '../../postgres/names.js'
import { flag, integer, text, textOrNull } from '../../postgres/readers.js'
import { readCatalog } from '../../postgres/schema/catalog.js'
import { foreignIndexesIn } from '../../postgres/schema/foreign-indexes.js'
import { compile, type Fragment, sql } from '../../postgres/sql.js'
import { diagnoseForeign } from '../diagnose-foreign.js'
import { diagnoseRoles } from './diagnose-roles.js'

const oldestVersion = 120000
const clockToleranceMs = 5000
const longTransactionMs = 60_000
const mostNamed = 5

/** Only reads. Throws the driver's errors. */
export async function diagnose(
  driver: PostgresDriver,
  publicSchema: string,
  thresholds: { readonly longTransactionMs: number } = { longTransactionMs },
): Promise<readonly Diagnosis[]> {
  const connection = await openConnection(driver)
  try {
    const version = await serverVersion(connection)
    if (version.state === 'problem') return [version]
    return [
      version,
      await rights(connection, publicSchema),
      await diagnoseRoles(connection),
      await transactions(connection),
      await pooler(driver, connection),
      await indexes(connection),
      await uniqueIndexes(connection, publicSchema),
      await clock(connection),
      await longTransactions(connection, thresholds.longTransactionMs),
    ]
  } finally {
    await connection.end(false)
  }
}

async function only<R extends Readers>(connection: RunConnection, { of }: Columns<R>, query: Fragment): Promise<RowOf<R>> {
  const [row = {}] = await connection.run(compile(query))
  return of(row)
}

const versionRow = columns({ version: text, number: integer })
const writesRow = columns({ standby: flag, read_only: text })
const unfinishedIndexRow = columns({ name: text, building: flag })
const clockRow = columns({ now: integer })
const transactionRow = columns({ pid: integer, application_name: textOrNull, state: text, seconds: integer })

async function serverVersion(connection: RunConnection): Promise<Diagnosis> {
  const row = await only(
    connection,
    versionRow,
    sql`select current_setting('server_version') as version, current_setting('server_version_num') as number`,
  )
  const check = 'server version'
  if (integer(row.number) >= oldestVersion) return { check, state: 'ok', found: `PostgreSQL ${text(row.version)}` }
  return { check, state: 'problem', found: `PostgreSQL ${text(row.version)}: 12 or newer is needed` }
}

async function rights(connection: RunConnection, schema: string): Promise<Diagnosis> {
  const [found] = await connection.run(rightsStatement(schema))
  const rights = toRights(found)
  const { role, schemas, objects, owner } = rights
  const lacking = [
    ...(schemas ? [] : ['create schemas (tenants need theirs to be there): grant create on database … to …']),
    ...(objects !== false ? [] : [`create in the schema ${schema}: grant usage, create on schema … to …`]),
  ]
  const check = 'rights'
  if (owner !== null) return { check, state: 'problem', found: ownerInWords(rights, owner, schema) }
  if (lacking.length === 0) return { check, state: 'ok', found: `${role} may create schemas and what is in them` }
  const stops = !schemas && objects === true
  return { check, state: stops ? 'warning' : 'problem', found: `${role} may not ${lacking.join('; nor ')}` }
}

async function transactions(connection: RunConnection): Promise<Diagnosis> {
  const row = await only(
    connection,
    writesRow,
    sql`select pg_is_in_recovery() as standby, current_setting('default_transaction_read_only') as read_only`,
  )
  const check = 'transactions'
  if (flag(row.standby)) return { check, state: 'problem', found: 'this server is a standby, which only reads: connect to the primary' }
  if (text(row.read_only) === 'on')
    return { check, state: 'problem', found: 'transactions are read-only by default here: see default_transaction_read_only of the role' }
  return { check, state: 'ok', found: 'can write' }
}

async function pooler(driver: PostgresDriver, connection: RunConnection): Promise<Diagnosis> {
  const check = 'pooler'
  if (connection.announcedPid === null || (await keepsSessions(driver, connection)))
    return { check, state: 'ok', found: 'the session is kept between statements' }
  return {
    check,
    state: 'warning',
    found:
      'a pooler in transaction mode: only migrations that are one transaction run through it; concurrent index builds need a direct connection',
  }
}

async function indexes(connection: RunConnection): Promise<Diagnosis> {
  const rows = await connection.run(
    compile(sql`select n.nspname || '.' || c.relname as name, p.pid is not null as building
from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_stat_progress_create_index p on p.index_relid = i.indexrelid and p.datname = current_database()
where not i.indisvalid and c.relkind in ('i', 'I') order by 1`),
  )
  const named = (building: boolean) =>
    rows
      .map(unfinishedIndexRow.of)
      .filter((row) => flag(row.building) === building)
      .map((row) => text(row.name))
  const parts = [
    ...told(named(false), 'left invalid by a build that failed: run sync:indexes'),
    ...told(named(true), 'being built at this moment'),
  ]
  return { check: 'indexes', state: parts.length === 0 ? 'ok' : 'warning', found: parts.join('; ') || 'all are valid' }
}

/** A unique index that is not the store's on one of the store's tables refuses what the store has to write. */
async function uniqueIndexes(connection: RunConnection, schema: string): Promise<Diagnosis> {
  const catalog = await readCatalog({ run: (statement) => connection.run(statement) }, createNames({ schema }))
  return diagnoseForeign(foreignIndexesIn(catalog))
}

function told(names: readonly string[], what: string): readonly string[] {
  if (names.length === 0) return []
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : ''
  return [`${names.slice(0, mostNamed).join(', ')}${more}: ${what}`]
}

async function clock(connection: RunConnection): Promise<Diagnosis> {
  const before = Date.now()
  const row = await only(connection, clockRow, sql`select floor(date_part('epoch', clock_timestamp()) * 1000)::bigint as now`)
  const offsetMs = integer(row.now) - (before + Date.now()) / 2
  const found = `the server's clock is ${Math.abs(Math.round(offsetMs))} ms ${offsetMs < 0 ? 'behind' : 'ahead of'} this machine's`
  const check = 'clock'
  if (Math.abs(offsetMs) <= clockToleranceMs) return { check, state: 'ok', found }
  return { check, state: 'warning', found: `${found}; locks and leases go by the server's, so nothing breaks: set one of them` }
}

/** Names the transactions, but never the statements that they run, which may hold what people wrote. */
async function longTransactions(connection: RunConnection, olderThanMs: number): Promise<Diagnosis> {
  const rows = await connection.run(
    compile(sql`select a.pid, a.application_name, coalesce(a.state, 'unknown') as state, floor(date_part('epoch', clock_timestamp() - a.xact_start))::bigint as seconds
from pg_catalog.pg_stat_activity a
where a.datname = current_database() and a.pid <> pg_backend_pid() and a.xact_start < clock_timestamp() - ${olderThanMs}::integer * interval '1 millisecond'
order by a.xact_start limit ${mostNamed}`),
  )
  const check = 'long transactions'
  if (rows.length === 0) return { check, state: 'ok', found: `none is older than ${olderThanMs / 1000} s` }
  const found = rows.map(transactionRow.of).map((row) => {
    const application = textOrNull(row.application_name) ?? ''
    return `backend ${integer(row.pid)}${application === '' ? '' : ` (${application})`}, ${text(row.state)}, for ${integer(row.seconds)} s`
  })
  return { check, state: 'warning', found: `${found.join('; ')}: concurrent index builds wait for them` }
}
