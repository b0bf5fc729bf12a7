import { ConversationStoreError } from '../../model/errors.js'
import type { PostgresDriver } from '../../postgres/drivers.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import { sqlState } from '../../postgres/translate-error.js'
import type { Adoption } from '../adoption.js'
import { backfillApplied } from '../backfill-applied.js'
import { type BackfillLog, backfillLog, linesUntilCommit } from '../backfill-log.js'
import type { BackfillApplied, BackfillOptions, BackfillPlan, BackfillReverted, BackfillVerified } from '../backfill-types.js'
import { assignedAccount, classesOf, taskOf } from '../orphans.js'
import { added, leaseLost, type PassState, runPass } from '../run-pass.js'
import { conversationsOf } from '../tables.js'
import { type BackfillTable, backfillPage, type LeftRow, type PageResult } from './backfill-batch.js'
import { type IntegrationSource, integrationSource } from './claims.js'
import { classify } from './classify.js'
import { columnTypes } from './column-types.js'
import { readForeignKeys, refuseForeignKeys } from './foreign-keys.js'
import { passTable } from './passes.js'
import { primaryKey } from './primary-key.js'
import { makeQuarantine, removeOrphans, restoreQuarantined } from './remove-orphans.js'
import { inTransaction, oneOf, readOne, rowLockMs, withConnection } from './sessions.js'
import { tablesBackup } from './tables-backup.js'

type Steps = Omit<Adoption<BackfillPlan, BackfillApplied, BackfillVerified, BackfillReverted>, 'run'>

export function backfillAccountIds(driver: PostgresDriver, options: BackfillOptions): Steps {
  const table = conversationsOf(driver, options.conversations)
  const source = integrationSource(driver, options)
  const { orphans = { policy: 'report' } } = options
  return {
    async plan() {
      const classes = await classify(driver, table, source)
      const revertible = orphans.policy === 'quarantine' ? 'the quarantine' : 'with the backup'
      return {
        ...classes,
        ...(await tablesBackup(driver, table.schema, [table.name], new Date())),
        revertible,
        warnings: await warningsOf(source),
      }
    },
    apply: async () => apply(driver, await describe(driver, options), source, options),
    async verify() {
      const classes = await classify(driver, table, source)
      return { ...classes, ok: classes.resolved === 0 }
    },
    async revert() {
      if (orphans.policy === 'quarantine') return restoreQuarantined(driver, await describe(driver, options), options)
      const { restore } = await tablesBackup(driver, table.schema, [table.name], new Date())
      throw new ConversationStoreError('UNSUPPORTED', { operation: 'to revert a backfill', needs: `the backup: ${restore}` })
    },
  }
}

async function describe(driver: PostgresDriver, options: BackfillOptions): Promise<BackfillTable> {
  const table = conversationsOf(driver, options.conversations)
  const key = await primaryKey(driver, table.schema, table.name)
  const typeOf = await columnTypes(driver, table.schema, table.name, [table.accountId, table.oaId])
  return { table, key, accountType: typeOf(table.accountId) }
}

async function warningsOf({ driver, table }: IntegrationSource): Promise<readonly string[]> {
  const hasIndex = await readOne<boolean>(
    driver,
    `select exists (select from pg_catalog.pg_index i join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
  where i.indrelid = $1::text::pg_catalog.regclass and i.indisvalid and i.indpred is null and a.attname = $2::text)::text`,
    [qualified(table.schema, table.name), table.oaId],
  )
  return hasIndex ? [] : [`${table.name} has no index that begins with ${table.oaId}, so each batch reads all of it.`]
}

async function apply(
  driver: PostgresDriver,
  described: BackfillTable,
  source: IntegrationSource,
  options: BackfillOptions,
): Promise<BackfillApplied> {
  const { table, key } = described
  const { orphans = { policy: 'report' }, leaseTtlMs = 30_000 } = options
  if (orphans.policy === 'quarantine' || orphans.policy === 'delete') {
    refuseForeignKeys(table, await withConnection(driver, (session) => readForeignKeys(session, table)))
  }
  if (orphans.policy === 'quarantine') await makeQuarantine(driver, table)
  const passes = passTable(driver, table.schema)
  const name = `accounts of ${table.name}`
  const from = `${qualified(table.schema, table.name)} c`
  const total =
    options.onProgress === undefined
      ? null
      : await readOne<number>(driver, `select count(*)::text from ${from} where c.${quote(table.accountId)} is null`)
  let skipLocked = false
  const state = await runPass(options, {
    table: passes,
    key: name,
    task: taskOf(table, source.table, orphans),
    database: table.schema,
    total,
    // Without the offset the server would go down the index of the key, row by row, to find that none is left.
    greatest: () =>
      readOne(
        driver,
        `select (select ${key.json('c')} from (select ${key.of('c')} from ${from} where c.${quote(table.accountId)} is null offset 0) c order by ${key.of('c', ' desc')} limit 1)::text`,
      ),
    async batch(before, lease, pacer) {
      const began = performance.now()
      const limit = pacer.size
      try {
        const lines = linesUntilCommit(options.logger)
        const told = { ...options, ...(lines && { logger: lines.logger }) }
        const next = await inTransaction(driver, { lockMs: rowLockMs, idleMs: leaseTtlMs }, async (session) => {
          const done = await oneBatch(session, described, source, told, before, { limit, skipLocked })
          if (!(await passes.saveIn(session, name, lease.token, done))) throw leaseLost(name)
          return done
        })
        lines?.tell()
        skipLocked = false
        pacer.took(performance.now() - began)
        return next
      } catch (error) {
        // Rows that somebody holds for long are left for the next round. Nothing of this batch stands.
        if (!/^(55P03|40P01|40001)$/.test(sqlState(error) ?? '')) throw error
        skipLocked = true
        pacer.gaveWay()
        return before
      }
    },
  })
  return backfillApplied(state.counts)
}

async function oneBatch(
  session: MigrationSession,
  described: BackfillTable,
  source: IntegrationSource,
  options: BackfillOptions,
  before: PassState,
  how: { readonly limit: number; readonly skipLocked: boolean },
): Promise<PassState> {
  const { orphans = { policy: 'report' }, logger } = options
  const isFirst = before.round === 1
  const log = backfillLog(logger)
  const classes = classesOf(orphans)
  const asked = { tellUpdated: logger !== undefined, tellLeft: classes.size > 0 || (isFirst && logger !== undefined) }
  const page = await backfillPage(session, described, source, before, { ...how, ...asked })
  for (const [key, accountId] of page.updatedRows) log.updated(key.join(','), accountId)
  const meant = page.leftRows.filter(({ unresolved }) => classes.has(unresolved))
  const counts: Record<string, number> = {
    updated: page.updated,
    // Rows that were skipped because others have locked them are told by the round that comes to them.
    keptAsSet: how.skipLocked ? 0 : page.resolved - page.updated,
    ...(isFirst ? { seen: page.size, ...page.left } : {}),
  }
  let removed = 0
  if (orphans.policy === 'quarantine' || orphans.policy === 'delete') {
    for (const row of meant) if (row.unresolved === 'orphan') log.found(named(row))
    const gone = await removeOrphans(session, described, orphans, meant)
    const what = orphans.policy === 'delete' ? 'deleted' : 'quarantined'
    for (const key of gone) log[what](key.join(','))
    counts[what] = gone.length
    removed = gone.length
  }
  const given =
    orphans.policy === 'assign' ? meant.map((row) => ({ ...row, account: assignedAccount(orphans.account, named(row)) ?? null })) : []
  const assigned = await assign(
    session,
    described,
    given.filter(({ account }) => account !== null),
    logger === undefined ? null : log,
  )
  counts.assigned = assigned
  const settled = new Set(
    [...(orphans.policy === 'assign' ? given.filter(({ account }) => account !== null) : meant)].map(({ key }) => key.join(' ')),
  )
  for (const row of page.leftRows) {
    const isSettled = classes.has(row.unresolved) && settled.has(row.key.join(' '))
    if (isFirst && isSettled) counts[row.unresolved] = (counts[row.unresolved] ?? 0) - 1
    else if (isFirst && !isSettled) log[warnings[row.unresolved]](named(row))
  }
  return {
    ...before,
    cursor: page.last,
    // A row that was written or locked meanwhile has to be looked at in another round.
    changed: before.changed + page.resolved + assigned + removed + (how.skipLocked ? 1 : 0),
    counts: added(before.counts, counts),
    done: page.isLast,
  }
}

const warnings = { orphan: 'orphan', ambiguous: 'ambiguous', noAccount: 'withoutAccount', noOaId: 'withoutOaId' } as const

function named({ key, oa }: LeftRow): { readonly id: string; readonly oaId: string | null } {
  return { id: key.join(','), oaId: oa }
}

/** Gives rows the account that the policy names for them. */
async function assign(
  session: MigrationSession,
  { table, key, accountType }: BackfillTable,
  rows: readonly (LeftRow & { readonly account: unknown })[],
  log: BackfillLog | null,
): Promise<number> {
  if (rows.length === 0) return 0
  const updated = await oneOf<PageResult['updatedRows']>(
    session,
    `with updated as (update ${qualified(table.schema, table.name)} c set ${quote(table.accountId)} = r.account::${accountType}
  from json_to_recordset($1::json) r(key json, oa text, account text)
  where (${key.of('c')}) = ${key.row('r.key')} and c.${quote(table.accountId)} is null and c.${quote(table.oaId)}::text is not distinct from r.oa
  returning ${key.json('c')} as key, r.account)
select coalesce(json_agg(json_build_array(key, account)), '[]')::text from updated`,
    [JSON.stringify(rows.map(({ key: id, oa, account }) => ({ key: id, oa, account: String(account) })))],
  )
  for (const [id, accountId] of updated) log?.updated(id.join(','), accountId)
  return updated.length
}
