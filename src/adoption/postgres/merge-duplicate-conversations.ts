import { requireNotAborted } from '../../model/abort.js'
import { oneLine } from '../../model/one-line.js'
import { refusal } from '../../model/validation/refusal.js'
import type { PostgresDriver } from '../../postgres/drivers.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { Adoption } from '../adoption.js'
import { keptRule, mergeTables } from '../merge-tables.js'
import type { MergeApplied, MergeOptions, MergePlan, MergeReverted, MergeVerified } from '../merge-types.js'
import { besideHostsIndexes } from '../refused-merge.js'
import { remainingTime } from '../remaining-time.js'
import { withLease } from '../run-pass.js'
import { columnTypes } from './column-types.js'
import { activeSql, keyColumns, keySql } from './conditions.js'
import { againBesideWriters } from './double-messages.js'
import { readForeignKeys, refuseForeignKeys } from './foreign-keys.js'
import type { MergeContext } from './merge-context.js'
import { makeArchive, mergeGroup, unmerged } from './merge-group.js'
import { requireNamed } from './message-references.js'
import { commonNameColumn } from './names-of-merged.js'
import { passTable } from './passes.js'
import { primaryKey } from './primary-key.js'
import { refusedMove } from './refused-move.js'
import { onRows, readOne, withConnection } from './sessions.js'
import { moveStranded, strandedSql } from './stranded-messages.js'
import { tablesBackup } from './tables-backup.js'
import { unmerge } from './unmerge.js'

type Steps = Omit<Adoption<MergePlan, MergeApplied, MergeVerified, MergeReverted>, 'run'>

export function mergeDuplicateConversations(driver: PostgresDriver, options: MergeOptions): Steps {
  const { conversations: table } = mergeTables(driver, options)
  const lease = { table: passTable(driver, table.schema), key: `doubles of ${table.name}`, database: table.schema }
  return {
    async plan() {
      const context = await describe(driver, options)
      await requireNamed(context)
      const { groups, losers } = await countGroups(context)
      const changed = [table.name, ...(context.tables.messages === null ? [] : [context.tables.messages.name])]
      const backup = await tablesBackup(driver, table.schema, changed, new Date())
      return { kept: keptRule(table), groups, losers, ...backup, revertible: 'from the archive', warnings: [] }
    },
    async apply() {
      const context = await describe(driver, options)
      refuseForeignKeys(table, await othersThatName(context))
      await requireNamed(context)
      await makeArchive(context)
      return withLease(options, lease, (held) => apply(context, options, () => held.requireHeld()))
    },
    async verify() {
      const context = await describe(driver, options)
      await requireNamed(context)
      const { groups } = await countGroups(context)
      const hasArchive = await readOne<boolean>(driver, `select (pg_catalog.to_regclass($1::text) is not null)::text`, [context.archive])
      const stranded = strandedSql(context)
      const strandedMessages =
        hasArchive && stranded !== null ? await readOne<number>(driver, `select count(*)::text from (${stranded}) s`) : 0
      return { ok: groups === 0 && strandedMessages === 0, groups, strandedMessages }
    },
    async revert() {
      const context = await describe(driver, options)
      await makeArchive(context)
      return withLease(options, lease, (held) => unmerge(context, options, () => held.requireHeld()))
    },
  }
}

async function describe(driver: PostgresDriver, options: MergeOptions): Promise<MergeContext> {
  const tables = mergeTables(driver, options)
  const { schema, name } = tables.conversations
  const key = await primaryKey(driver, schema, name)
  if (key.columns.length > 1 && tables.messages !== null && tables.conversations.id === null)
    throw refusal(['conversations', 'name'], `${name} needs a primary key of one column, by which its messages name it`)
  const keys = keyColumns(tables.conversations)
  const column = tables.conversations.id ?? key.columns[0] ?? ''
  const { customerName } = tables.conversations
  const typeOf = await columnTypes(driver, schema, name, [...keys, column, ...(customerName === null ? [] : [customerName])])
  const { messages } = tables
  const messageKey = messages === null ? null : await primaryKey(driver, schema, messages.name)
  const referenceType =
    messages === null ? 'text' : (await columnTypes(driver, schema, messages.name, [messages.conversationId]))(messages.conversationId)
  const archive = qualified(schema, 'conversation_store_archive')
  const nameColumn = customerName ?? (await commonNameColumn(driver, tables.conversations))
  const reference = { column, type: typeOf(column) }
  return { driver, tables, key, keyTypes: keys.map(typeOf), messageKey, reference, referenceType, archive, nameColumn }
}

/** The foreign keys to conversations, but for that of the messages, which name the one that is kept by then. */
function othersThatName({ driver, tables: { conversations: table, messages } }: MergeContext): Promise<readonly string[]> {
  const moved = messages === null ? null : { schema: table.schema, name: messages.name, column: messages.conversationId }
  return withConnection(driver, (session) => readForeignKeys(session, table, moved))
}

/** The groups of doubles: their key as JSON, and how many each has. */
function groupsSql({ tables: { conversations: table } }: MergeContext): string {
  const keys = keySql(table)
  return `select json_build_array(${keys.map((each) => `${each}::text`).join(', ')}) as key, count(*) as rows from ${qualified(table.schema, table.name)}
where ${activeSql(table)} and ${keys.map((each) => `${each} is not null`).join(' and ')}
group by ${keys.join(', ')} having count(*) > 1`
}

function countGroups(context: MergeContext): Promise<{ readonly groups: number; readonly losers: number }> {
  return readOne(
    context.driver,
    `select json_build_object('groups', count(*), 'losers', coalesce(sum(rows - 1), 0))::text from (${groupsSql(context)}) g`,
  )
}

async function apply(context: MergeContext, { logger, signal, onProgress }: MergeOptions, requireHeld: () => void): Promise<MergeApplied> {
  const { driver } = context
  const groups = await readOne<readonly (readonly string[])[]>(
    driver,
    `select coalesce(json_agg(key order by rows desc), '[]')::text from (${groupsSql(context)}) g`,
  )
  const sum = { groups: 0, losers: 0, movedMessages: 0, doubledMessages: 0, lateMessages: 0 }
  const name = `doubles of ${context.tables.conversations.name}`
  const remaining = remainingTime(0)
  const moves = besideHostsIndexes(context.tables.conversations.schema, (error) => refusedMove(context, error))
  for (const [at, key] of groups.entries()) {
    requireNotAborted(signal)
    requireHeld()
    const { losers, moved, doubled } = await moves.move(
      () => againBesideWriters(() => onRows(driver, signal, (session) => mergeGroup(context, key, session))),
      unmerged,
    )
    if (losers > 0) {
      sum.groups += 1
      logger?.info(oneLine(`Merged ${losers + 1} conversations of ${key.join(', ')}`))
    }
    sum.losers += losers
    sum.movedMessages += moved
    sum.doubledMessages += doubled
    const done = at + 1
    await onProgress?.({ name, done, total: groups.length, remainingMs: remaining(done, groups.length) })
  }
  const late = () => againBesideWriters(() => onRows(driver, signal, (session) => moveStranded(context, session)))
  sum.lateMessages = await moves.move(late, 0)
  moves.end()
  return sum
}
