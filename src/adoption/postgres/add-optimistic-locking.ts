import { ConversationStoreError } from '../../model/errors.js'
import { refusal } from '../../model/validation/refusal.js'
import type { PostgresDriver } from '../../postgres/drivers.js'
import { literal } from '../../postgres/literal.js'
import { isBuilt } from '../../postgres/migrator/indexes/built-index.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { quote } from '../../postgres/names.js'
import type { Adoption } from '../adoption.js'
import { silentLogger } from '../adoption-logger.js'
import { lockingProblems, lockingQueries } from '../locking-queries.js'
import type { LockingAnswers, LockingApplied, LockingOptions, LockingPlan, LockingReverted, LockingVerified } from '../locking-types.js'
import { type UnderLease, withLease } from '../run-pass.js'
import { begunIndexes } from './begun-indexes.js'
import { buildWatched } from './build-watched.js'
import { columnTypes } from './column-types.js'
import { insertable } from './insertable.js'
import {
  archiveOf,
  countDoublesSql,
  eventIndexes,
  eventIndexStands,
  type LockedTables,
  type LockingObject,
  lockedTables,
  mark,
  markSql,
  syncObjects,
  versionColumn,
} from './locking-objects.js'
import { archiveTableSql } from './merge-group.js'
import { makeOnce, passTable } from './passes.js'
import { removeDoubles } from './remove-doubles.js'
import { type Restored, restoredInBatches } from './restored-batches.js'
import { inTransaction, oneOf, readOne, withConnection } from './sessions.js'
import { buildOptions, changeTable, dropIndexNamed } from './table-changes.js'
import { tablesBackup } from './tables-backup.js'

type Steps = Omit<Adoption<LockingPlan, LockingApplied, LockingVerified, LockingReverted>, 'run'>

export function addOptimisticLocking(driver: PostgresDriver, options: LockingOptions): Steps {
  const tables = lockedTables(options)
  const { conversations: _, ...common } = options
  const lease = { table: passTable(driver, tables.schema), key: `locking of ${tables.name}`, database: tables.schema }
  return {
    async plan() {
      await requireTables(driver, tables)
      const missing = await missingOf(driver, tables)
      const counts = await Promise.all(eventIndexes(tables).map((index) => readOne<number>(driver, countDoublesSql(tables, index))))
      const doubles = counts.reduce((sum, each) => sum + each, 0)
      return {
        missing,
        doubles,
        ...(await tablesBackup(driver, tables.schema, [tables.name, tables.events.name], new Date())),
        revertible: 'yes, and versions are gone then',
        warnings: [],
      }
    },
    async apply() {
      await requireTables(driver, tables)
      return withLease(common, lease, ({ requireHeld }) => apply(driver, tables, { ...options, requireHeld }))
    },
    verify: () => verify(driver, tables, options),
    revert: () => withLease(common, lease, ({ requireHeld }) => revert(driver, tables, { ...options, requireHeld })),
  }
}

/** Throws VALIDATION_FAILED for a column that is missing, and for a `version` that is no integer. */
async function requireTables(driver: PostgresDriver, { schema, name, id, senderId, pageId, events }: LockedTables): Promise<void> {
  const typeOf = await columnTypes(driver, schema, name, [id, senderId, pageId])
  const { name: eventsName, ...columns } = events
  await columnTypes(driver, schema, eventsName, Object.values(columns))
  const type = await readOne<string | null>(
    driver,
    `select (select to_json(pg_catalog.format_type(a.atttypid, a.atttypmod)) from pg_catalog.pg_attribute a
  where a.attrelid = $1::text::pg_catalog.regclass and a.attname = 'version' and a.attnum > 0 and not a.attisdropped)::text`,
    [qualified(schema, name)],
  )
  if (type !== null && type !== 'integer')
    throw refusal([name, 'version'], `is a column of the type ${typeOf('version')}, and must be integer: rename it, and run this again`)
}

const exists = (driver: PostgresDriver, { exists: isThere }: Pick<LockingObject, 'exists'>) =>
  readOne<boolean>(driver, `select (${isThere})::text`)

async function missingOf(driver: PostgresDriver, tables: LockedTables): Promise<readonly string[]> {
  const missing: string[] = []
  const look = async (what: string, object: Pick<LockingObject, 'exists'>) => {
    if (!(await exists(driver, object))) missing.push(what)
  }
  const column = versionColumn(tables)
  await look(column.what, column)
  for (const { name } of eventIndexes(tables)) await look(`index ${name}`, { exists: eventIndexStands(tables, name) })
  for (const object of syncObjects(tables)) await look(object.what, object)
  return missing
}

/** How often doubles are taken out that came while an index was built. */
const mostBuilds = 10

async function apply(driver: PostgresDriver, tables: LockedTables, options: UnderLease<LockingOptions>): Promise<LockingApplied> {
  const { logger = silentLogger } = options
  const added: string[] = []
  const make = async (object: LockingObject) => {
    if (await exists(driver, object)) return
    await withConnection(driver, (session) => changeTable(session, tables, options, object.what, [...object.create, ...markSql(object)]))
    added.push(object.what)
    logger.info(`added ${object.what}`)
  }
  // Another index under one of the names is told before anything is changed.
  for (const index of eventIndexes(tables))
    await withConnection(driver, (session) => isBuilt(session, tables.schema, index, buildOptions(options)))
  await make(versionColumn(tables))
  const begun = begunIndexes(tables.schema, tables.events.name)
  let doubles = 0
  await makeOnce(driver, archiveTableSql(archiveOf(tables)))
  for (const index of eventIndexes(tables)) {
    const marked = async () => {
      await withConnection(driver, async (session) => {
        await session.query(`comment on index ${qualified(tables.schema, index.name)} is ${literal(mark)}`)
        await begun.forget(session, index.name)
      })
      added.push(`index ${index.name}`)
      logger.info(`added index ${index.name}`)
    }
    if (await withConnection(driver, (session) => isBuilt(session, tables.schema, index, buildOptions(options)))) {
      // A process that was killed may have built it, and left it without its mark.
      if (await withConnection(driver, (session) => begun.has(session, index.name))) await marked()
      continue
    }
    for (let build = 1; ; build++) {
      // What refuses here has begun nothing.
      doubles += await removeDoubles(driver, tables, options, index)
      await withConnection(driver, (session) => begun.note(session, index.name))
      try {
        await withConnection(driver, (session) => buildWatched(session, tables.schema, index, options))
        break
      } catch (error) {
        // Until the index stands, a live writer may bring another double.
        const isDouble = error instanceof ConversationStoreError && error.code === 'DUPLICATE_KEYS'
        if (!isDouble || build === mostBuilds) throw error
      }
    }
    await marked()
  }
  for (const object of syncObjects(tables)) await make(object)
  return { added, doubles }
}

async function verify(driver: PostgresDriver, tables: LockedTables, options: LockingOptions): Promise<LockingVerified> {
  const answers = await inTransaction(driver, { lockMs: 10_000 }, async (session) => {
    await session.query(`select pg_catalog.set_config('search_path', $1::text, true)`, [quote(tables.schema)])
    const found: Partial<Record<keyof LockingAnswers, number>> = {}
    for (const [name, query] of Object.entries(lockingQueries(options)))
      found[name as keyof LockingAnswers] = await oneOf<number>(session, query)
    // The query names no table, and another one may have indexes of these names.
    const stand = eventIndexes(tables).map(({ name }) => `(${eventIndexStands(tables, name)})::int`)
    found.eventIndexes = await oneOf<number>(session, `select (${stand.join(' + ')})::text`)
    return found as LockingAnswers
  })
  const problems = lockingProblems(answers)
  return { ...answers, ok: problems.length === 0, problems }
}

async function revert(driver: PostgresDriver, tables: LockedTables, options: UnderLease<LockingOptions>): Promise<LockingReverted> {
  const { schema, events } = tables
  const dropped: string[] = []
  const isMarked = (comment: string) => readOne<boolean>(driver, `select coalesce((${comment}) = ${literal(mark)}, false)::text`)
  const parts = [...syncObjects(tables), versionColumn(tables)].flatMap((object) => object.parts)
  // Views and functions before the tables that they read.
  const inOrder = ['view', 'function', 'table', 'column'].flatMap((kind) => parts.filter(({ name }) => name.startsWith(`${kind} `)))
  for (const { name, drop, comment } of inOrder) {
    if (!(await isMarked(comment))) continue
    await withConnection(driver, (session) => changeTable(session, tables, options, name, [drop]))
    dropped.push(name)
  }
  const begun = begunIndexes(schema, events.name)
  for (const { name } of eventIndexes(tables)) {
    const full = qualified(schema, name)
    const isOurs = await isMarked(`pg_catalog.obj_description(pg_catalog.to_regclass(${literal(full)}), 'pg_class')`)
    const isBegun = await withConnection(driver, (session) => begun.has(session, name))
    const stands = await exists(driver, { exists: eventIndexStands(tables, name) })
    if (isOurs || (isBegun && stands)) {
      await withConnection(driver, (session) => dropIndexNamed(session, { schema, name: events.name }, options, name))
      dropped.push(`index ${name}`)
    }
    if (isBegun) await withConnection(driver, (session) => begun.forget(session, name))
  }
  return { dropped, ...(await restoreDoubles(driver, tables, options)) }
}

/** Brings the events back that were taken out. One that a unique index refuses stays in the archive. */
async function restoreDoubles(driver: PostgresDriver, tables: LockedTables, options: UnderLease<LockingOptions>): Promise<Restored> {
  const { schema, events } = tables
  await makeOnce(driver, archiveTableSql(archiveOf(tables)))
  const columns = await insertable(driver, schema, events.name)
  const into = qualified(schema, events.name)
  const [kept, of] = [archiveOf(tables), `a.reason = 'double event' and a.from_table = $1::text`]
  return restoredInBatches(driver, options, {
    name: `archive of ${events.name}`,
    count: () => readOne(driver, `select count(*)::text from ${kept} a where ${of}`, [events.name]),
    restore: (session, after, limit) =>
      oneOf(
        session,
        `with page as materialized (select a.number, a.id, a.document from ${kept} a where ${of} and ($2::text is null or a.number > $2::text::bigint) order by a.number limit ${limit}),
back as (insert into ${into} as e (${columns}) overriding system value
  select ${columns} from (select r.* from page p cross join lateral pg_catalog.json_populate_record(null::${into}, p.document) r order by p.number) r
  on conflict do nothing returning json_build_array(e.${quote(events.id)}::text)::text as id),
gone as (delete from ${kept} a using page p, back b where a.number = p.number and p.id = b.id returning 1)
select json_build_object('seen', (select count(*) from page), 'restored', (select count(*) from gone),
  'last', (select max(number)::text from page))::text`,
        [events.name, after],
      ),
  })
}
