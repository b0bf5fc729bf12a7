import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import { nameless } from '../named-messages.js'
import { activeSql, keySql, literal } from './conditions.js'
import { archiveDoubles } from './double-messages.js'
import type { MergeContext } from './merge-context.js'
import { referencesOf, requireOwnMessages } from './message-references.js'
import { nameKept } from './names-of-merged.js'
import { makeOnce } from './passes.js'
import { oneOf } from './sessions.js'

/**
 * Makes the archive: a row for each conversation that was merged away, with the keys of the messages that were moved,
 * and one for each message that was one too many. The rows are JSON and not `jsonb`, which would not keep all that a
 * column may hold.
 */
export function makeArchive({ driver, archive }: MergeContext): Promise<void> {
  return makeOnce(driver, archiveTableSql(archive))
}

export function archiveTableSql(archive: string): string {
  return `create table if not exists ${archive} (number bigint generated always as identity primary key, from_table text collate "C" not null,
  id text collate "C" not null, reason text not null, from_id text collate "C", kept_id text collate "C" not null,
  at timestamptz not null default clock_timestamp(), document json, moved json)`
}

export interface MergedGroup {
  readonly losers: number
  readonly moved: number
  readonly doubled: number
}

export const unmerged: MergedGroup = { losers: 0, moved: 0, doubled: 0 }

type Key = readonly string[]

/**
 * Merges the conversations of one key, in the session's transaction. They are locked first, in the order of their keys,
 * and then read, so that what is archived is what is deleted.
 */
export async function mergeGroup(context: MergeContext, group: Key, session: MigrationSession): Promise<MergedGroup> {
  const { tables, key, keyTypes, archive } = context
  const { conversations: table } = tables
  const from = qualified(table.schema, table.name)
  const equal = keySql(table, 'c.').map((each, at) => `${each} = ($1::json ->> ${at})::${keyTypes[at]}`)
  const meant = [activeSql(table, 'c.'), ...equal].join(' and ')
  const values = [JSON.stringify(group)]
  await session.query(`select 1 from ${from} c where ${meant} order by ${key.of('c')} for update`, values)
  const activity = table.activityAt === null ? '' : `c.${quote(table.activityAt)} desc nulls last, `
  const [kept, ...losers] = await oneOf<readonly Key[]>(
    session,
    `select coalesce(json_agg(${key.json('c')} order by ${activity}${key.of('c', ' desc')}), '[]')::text from ${from} c where ${meant}`,
    values,
  )
  if (kept === undefined || losers.length === 0) return unmerged
  const [named = null] = await referencesOf(context, [kept], session)
  await requireOwnMessages(context, { meant, values, kept: named }, session)
  await nameKept(context, { meant, values, kept }, session)
  let [moved, doubled] = [0, 0]
  for (const loser of losers) {
    const messages = await moveMessages(context, loser, kept, session)
    moved += messages.moved.length
    doubled += messages.doubled
    await session.query(
      `with gone as (delete from ${from} c where (${key.of('c')}) = ${key.row('$1::json')} returning pg_catalog.row_to_json(c) as document)
insert into ${archive} (from_table, id, reason, kept_id, document, moved)
select $2::text, $3::text, 'merged', $4::text, document, $5::text::json from gone`,
      [JSON.stringify(loser), table.name, JSON.stringify(loser), JSON.stringify(kept), JSON.stringify(messages.moved)],
    )
  }
  await recount(context, kept, session)
  return { losers: losers.length, moved, doubled }
}

/**
 * Moves the messages of a conversation to another, and returns their keys. Those whose message id, or key of a unique
 * index of the locking, is there already, or came before in the same conversation, go into the archive. Throws
 * UNSUPPORTED if rows of other tables name such ones.
 */
export async function moveMessages(
  context: MergeContext,
  loser: Key,
  kept: Key,
  session: MigrationSession,
): Promise<{ readonly moved: readonly Key[]; readonly doubled: number }> {
  const { tables, messageKey, referenceType } = context
  const { messages, conversations } = tables
  if (messages === null || messageKey === null) return { moved: [], doubled: 0 }
  const ids = await referencesOf(context, [loser, kept], session)
  if (ids[0] === null || ids[0] === ids[1]) return { moved: [], doubled: 0 }
  const from = qualified(conversations.schema, messages.name)
  const reference = quote(messages.conversationId)
  const of = (alias: string, place: number) => `${alias}.${reference} = $${place}::text::${referenceType}`
  if (ids[1] === null) {
    const some = `select exists (select from ${from} m where m.${reference} = $1::text::${referenceType})::text`
    if (await oneOf<boolean>(session, some, [ids[0]])) throw nameless(tables, kept.join(','))
    return { moved: [], doubled: 0 }
  }
  const doubled = await archiveDoubles(context, { references: [ids[0] ?? null, ids[1] ?? null], loser, kept }, session)
  const moved = await oneOf<readonly Key[]>(
    session,
    `with moved as (update ${from} m set ${reference} = $2::text::${referenceType} where ${of('m', 1)} returning ${messageKey.json('m')} as key)
select coalesce(json_agg(key), '[]')::text from moved`,
    ids,
  )
  return { moved, doubled }
}

/** Counts the messages of a conversation, as its counters say. */
export async function recount({ tables, key, reference, referenceType }: MergeContext, id: Key, session: MigrationSession): Promise<void> {
  const { messages, conversations: table, counters } = tables
  if (messages === null) return
  const counted = (condition: string) =>
    `(select count(*) from ${qualified(table.schema, messages.name)} m where m.${quote(messages.conversationId)} = c.${quote(reference.column)}::text::${referenceType}${condition})`
  const sets: string[] = []
  if (counters.messages !== undefined) sets.push(`${quote(counters.messages)} = ${counted('')}`)
  if (counters.unread !== undefined) {
    const where = Object.entries(counters.unread.where).map(([column, value]) =>
      value === null ? ` and m.${quote(column)} is null` : ` and m.${quote(column)}::text = ${literal(String(value))}`,
    )
    sets.push(`${quote(counters.unread.field)} = ${counted(where.join(''))}`)
  }
  if (sets.length === 0) return
  const into = qualified(table.schema, table.name)
  await session.query(`update ${into} c set ${sets.join(', ')} where (${key.of('c')}) = ${key.row('$1::json')}`, [JSON.stringify(id)])
}
