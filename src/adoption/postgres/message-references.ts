import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import { notNamed, sharedName } from '../named-messages.js'
import { literal } from './conditions.js'
import type { MergeContext } from './merge-context.js'
import { oneOf, readOne } from './sessions.js'

type Described = Pick<MergeContext, 'tables' | 'key' | 'archive' | 'reference'>
type Key = readonly string[]

/** The value by which messages name the conversation of a key, which is JSON as text: an expression of SQL, a text. */
export function referenceSql({ tables, key, archive }: Described, id: string): string {
  const { schema, name, id: column } = tables.conversations
  if (column === null) return `(${id}::json ->> 0)`
  return `coalesce((select c.${quote(column)}::text from ${qualified(schema, name)} c where (${key.of('c')}) = ${key.row(`${id}::json`)}),
  (select g.document ->> ${literal(column)} from ${archive} g where g.reason = 'merged' and g.from_table = ${literal(name)} and g.id = ${id}
    order by g.number desc limit 1))`
}

/** The same of a conversation in the archive, which is read with an alias. */
export function archivedReferenceSql({ tables }: Described, alias: string): string {
  const { id: column } = tables.conversations
  return column === null ? `(${alias}.id::json ->> 0)` : `(${alias}.document ->> ${literal(column)})`
}

/** The same of conversations that are there or in the archive. */
export async function referencesOf(
  context: Described,
  ids: readonly Key[],
  session: MigrationSession,
): Promise<readonly (string | null)[]> {
  if (context.tables.conversations.id === null) return ids.map(([first = null]) => first)
  const each = ids.map((_, at) => referenceSql(context, `$${at + 1}::text`))
  return oneOf(
    session,
    `select json_build_array(${each.join(', ')})::text`,
    ids.map((id) => JSON.stringify(id)),
  )
}

/**
 * Throws VALIDATION_FAILED if a conversation outside of a group is named by the same value as one of it whose messages
 * are to move, so that nobody can tell whose they are. `meant` is the condition of the group, with the alias `c`.
 */
export async function requireOwnMessages(
  { tables, reference }: Described,
  { meant, values, kept }: { readonly meant: string; readonly values: readonly unknown[]; readonly kept: string | null },
  session: MigrationSession,
): Promise<void> {
  const { schema, name, id: column } = tables.conversations
  if (column === null || tables.messages === null) return
  const from = qualified(schema, name)
  const named = `c.${quote(column)}`
  const shared = await oneOf<string | null>(
    session,
    `select (select to_json(${named}::text) from ${from} c where (${meant}) is not true
  and ${named} in (select ${named} from ${from} c where ${meant} and ${named} is distinct from $${values.length + 1}::text::${reference.type}) limit 1)::text`,
    [...values, kept],
  )
  if (shared !== null) throw sharedName(column, shared)
}

/**
 * Throws VALIDATION_FAILED if there are messages, and none of them names a conversation: they name it by another column
 * then, and a merge would leave all of them behind.
 */
export async function requireNamed(context: MergeContext): Promise<void> {
  const { driver, tables, reference, referenceType, archive } = context
  const { messages, conversations: table } = tables
  if (messages === null) return
  const of = qualified(table.schema, messages.name)
  const name = `m.${quote(messages.conversationId)}`
  const [own, theirs] = [`c.${quote(reference.column)}`, name].map((value) => (reference.type === referenceType ? value : `${value}::text`))
  const isWrong = await readOne<boolean>(
    driver,
    `select (exists (select from ${of} m where ${name} is not null) and exists (select from ${qualified(table.schema, table.name)})
  and not exists (select from ${of} m join ${qualified(table.schema, table.name)} c on ${own} = ${theirs}))::text`,
  )
  if (!isWrong) return
  for (const kept of [archive, qualified(table.schema, 'conversation_store_quarantine')]) {
    const isThere = await readOne<boolean>(driver, `select (pg_catalog.to_regclass($1::text) is not null)::text`, [kept])
    const isKept = `select exists (select from ${of} m join ${kept} a on a.document ->> ${literal(reference.column)} = ${name}::text
  where a.from_table = ${literal(table.name)})::text`
    if (isThere && (await readOne<boolean>(driver, isKept))) return
  }
  throw notNamed(messages, reference.column)
}
