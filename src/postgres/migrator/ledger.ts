import { randomUUID } from 'node:crypto'
import type { Ledger, LedgerEntry, LedgerState } from '../../migrator/kernel/ledger.js'
import { libraryVersion } from '../../migrator/kernel/library-version.js'
import { auditOwner, type Migration, migrationId } from '../../migrator/kernel/migration.js'
import { thisProcess } from '../../store/this-process.js'
import { columns, type Row } from '../columns.js'
import type { Names } from '../names.js'
import { integer, json, text, textOrNull, time, timeOrNull } from '../readers.js'
import { compile, type Fragment, raw, type Statement, sql } from '../sql.js'

// `cursors` holds the cursors of the passes of `context.batch` that are not finished. They are kept in the ledger so
// that a page and its cursor commit together.
export function ledgerSql({ tables }: Names): string {
  return `create table ${tables.conversation_store_migrations} (
  id text collate "C" not null primary key,
  owner text collate "C" not null,
  collection text collate "C" not null,
  version text collate "C" not null,
  name text not null,
  checksum text collate "C" not null,
  state text collate "C" not null,
  steps jsonb not null,
  attempts integer not null,
  failure jsonb,
  cursors jsonb not null,
  seq bigint not null generated always as identity,
  library_version text not null,
  started_at timestamptz(3) not null default clock_timestamp(),
  finished_at timestamptz(3),
  run_by text
)`
}

const ledgerRow = columns({
  id: text,
  owner: text,
  collection: text,
  version: text,
  name: text,
  checksum: text,
  state: text<LedgerState>,
  steps: json<readonly string[]>,
  attempts: integer,
  failure: json<LedgerEntry['failure']>,
  seq: integer,
  library_version: text,
  started_at: time,
  finished_at: timeOrNull,
})
// A ledger that an older library made has no such column before the next run.
const runnerRow = columns({ run_by: textOrNull })

/** The row that `beginEntry` returns. */
export const begunRow = columns({ steps: json<readonly string[]>, transaction: text })
/** The row that `finishEntry` returns. */
export const finishedRow = columns({ transaction: text })

export function readLedgerStatement(names: Names): Statement {
  return compile(sql`select ${ledgerRow.list('m')}, to_jsonb(m) ->> 'run_by' as run_by
from ${table(names)} m order by m.seq`)
}

export function toLedger(rows: readonly Row[]): Ledger {
  return { entries: rows.map(toEntry) }
}

function toEntry(found: Row): LedgerEntry {
  const row = ledgerRow.of(found)
  return {
    id: text(row.id),
    owner: text(row.owner),
    collection: text(row.collection),
    version: text(row.version),
    name: text(row.name),
    checksum: text(row.checksum),
    state: text(row.state),
    steps: json(row.steps),
    attempts: integer(row.attempts),
    failure: json(row.failure),
    seq: integer(row.seq),
    libraryVersion: text(row.library_version),
    startedAt: time(row.started_at),
    finishedAt: timeOrNull(row.finished_at),
    runBy: textOrNull(runnerRow.of(found).run_by),
  }
}

/**
 * Writes the intent to run a migration, and returns the steps that count as done. Steps that were done before don't
 * count if the migration has been reverted since, or if it is repeatable, because a repeatable one runs as a whole.
 */
export function beginEntry(names: Names, migration: Migration, state: 'applying' | 'reverting'): Statement {
  const before = state === 'reverting' ? sql`'applied', 'applying', 'failed', 'reverting'` : sql`'applied', 'applying', 'failed'`
  const counts = migration.repeatable === undefined ? sql`m.state in (${before})` : raw('false')
  return compile(sql`insert into ${table(names)} as m
  (id, owner, collection, version, name, checksum, state, steps, attempts, cursors, library_version, run_by)
values (${migrationId(migration)}, ${migration.owner}, ${migration.collection}, ${migration.version}, ${migration.name}, ${migration.checksum},
  ${state}, '[]', 1, '{}', ${libraryVersion}, ${thisProcess()})
on conflict (id) do update set version = excluded.version, name = excluded.name, checksum = excluded.checksum, state = excluded.state, attempts = m.attempts + 1,
  steps = case when ${counts} then m.steps else '[]' end,
  cursors = case when ${counts} then m.cursors else '{}' end,
  failure = null, library_version = excluded.library_version, run_by = excluded.run_by, started_at = clock_timestamp(), finished_at = null
returning m.steps, txid_current()::text as transaction`)
}

/** The entry of an applied migration as SQL text, for a schema that is pasted. It contains no values of the host's. */
export function appliedEntrySql({ tables }: Names, migration: Migration): string {
  const { owner, collection, version, name, checksum, steps } = migration
  const texts = [
    migrationId(migration),
    owner,
    collection,
    version,
    name,
    checksum,
    'applied',
    JSON.stringify(steps.map((step) => step.name)),
  ]
  return `insert into ${tables.conversation_store_migrations}
  (id, owner, collection, version, name, checksum, state, steps, attempts, cursors, library_version, finished_at)
values (${texts.map((value) => `'${value}'`).join(', ')}, 1, '{}', '${libraryVersion}', clock_timestamp())`
}

/** Writes a line of an operator. */
export function noteEntry(names: Names, note: string): Statement {
  const id = `${auditOwner}/${randomUUID()}`
  return compile(sql`insert into ${table(names)} (id, owner, collection, version, name, checksum, state, steps, attempts, cursors, library_version, finished_at, run_by)
values (${id}, ${auditOwner}, '', '0', ${note}, '', 'applied', '[]', 1, '{}', ${libraryVersion}, clock_timestamp(), ${thisProcess()})`)
}

export function forgetEntry(names: Names, id: string): Statement {
  return compile(sql`delete from ${table(names)} m where m.id = ${id}`)
}

export function recordSteps(names: Names, migration: Migration, steps: readonly string[]): Statement {
  return update(names, migration, sql`steps = m.steps || ${JSON.stringify(steps)}::text::jsonb`)
}

/** Records that a migration is done. No cursors are left, and a reverted migration has no steps. */
export function finishEntry(names: Names, migration: Migration, state: 'applied' | 'reverted'): Statement {
  const steps = state === 'reverted' ? sql`, steps = '[]'` : raw('')
  return update(names, migration, sql`state = ${state}, failure = null, cursors = '{}', finished_at = clock_timestamp()${steps}`)
}

/** Records a failure. A failed revert keeps its state, which is 'reverting', or 'applied' if it was one transaction. */
export function failEntry(
  names: Names,
  migration: Migration,
  failure: { readonly step: string; readonly message: string },
  applying: boolean,
): Statement {
  const state = applying ? sql`state = 'failed', ` : raw('')
  return update(names, migration, sql`${state}failure = ${JSON.stringify(failure)}::text::jsonb`)
}

export function saveCursor(names: Names, migration: Migration, pass: string, cursor: unknown): Statement {
  return update(names, migration, sql`cursors = m.cursors || jsonb_build_object(${pass}::text, ${JSON.stringify(cursor)}::text::jsonb)`)
}

function update(names: Names, migration: Migration, set: Fragment): Statement {
  return compile(
    sql`update ${table(names)} m set ${set} where m.id = ${migrationId(migration)} returning m.id, txid_current()::text as transaction`,
  )
}

function table({ tables }: Names): Fragment {
  return raw(tables.conversation_store_migrations)
}
