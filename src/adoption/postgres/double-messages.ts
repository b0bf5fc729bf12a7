import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import { sqlState } from '../../postgres/translate-error.js'
import { eventIndexNames } from '../event-indexes.js'
import { readForeignKeys, refuseForeignKeys } from './foreign-keys.js'
import type { MergeContext } from './merge-context.js'
import { oneOf } from './sessions.js'

/** The columns that two messages of one conversation may not share, among those that a condition is true of. */
interface DoubleKey {
  readonly columns: readonly string[]
  readonly where: string
}

interface Move {
  /** The values by which messages name the conversation they leave, and the one they go to. */
  readonly references: readonly [string | null, string | null]
  readonly loser: readonly string[]
  readonly kept: readonly string[]
}

/**
 * Puts the messages of a conversation into the archive whose key is there already where they are to go, or came before
 * in the same conversation, and returns how many. The key is the message id, and that of each unique index of the
 * locking, which would refuse to have them moved. Throws UNSUPPORTED if rows of other tables name such ones.
 */
export async function archiveDoubles(context: MergeContext, move: Move, session: MigrationSession): Promise<number> {
  const { messages } = context.tables
  if (messages === null) return 0
  const byId = messages.messageId === null ? [] : [{ columns: [messages.messageId], where: `${quote(messages.messageId)} is not null` }]
  let count = 0
  for (const key of [...byId, ...(await lockedKeys(context, session))]) count += await archiveOf(context, key, move, session)
  return count
}

/** The keys of the unique indexes of the locking that stand on the messages, also while one is being built. */
async function lockedKeys({ tables: { messages, conversations } }: MergeContext, session: MigrationSession): Promise<readonly DoubleKey[]> {
  if (messages === null) return []
  const found = await oneOf<readonly DoubleKey[]>(
    session,
    `select coalesce(json_agg(json_build_object('where', coalesce(pg_catalog.pg_get_expr(i.indpred, i.indrelid), 'true'),
  'columns', (select json_agg(a.attname order by k.place) from unnest(i.indkey::int2[]) with ordinality k(attnum, place)
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum where k.place <= i.indnkeyatts)) order by c.relname), '[]')::text
from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
where i.indrelid = pg_catalog.to_regclass($1::text) and i.indisunique and i.indislive and i.indexprs is null
  and c.relname in (select json_array_elements_text($2::json))`,
    [qualified(conversations.schema, messages.name), JSON.stringify(Object.values(eventIndexNames))],
  )
  return found
    .filter(({ columns }) => columns.includes(messages.conversationId))
    .map(({ columns, where }) => ({ where, columns: columns.filter((column) => column !== messages.conversationId) }))
}

/** Each condition stands in a query over the table alone, because it names the columns without an alias. */
async function archiveOf(
  { tables: { messages, conversations }, messageKey, referenceType, archive }: MergeContext,
  { columns, where }: DoubleKey,
  { references, loser, kept }: Move,
  session: MigrationSession,
): Promise<number> {
  if (messages === null || messageKey === null) return 0
  const table = { schema: conversations.schema, name: messages.name }
  const from = qualified(table.schema, table.name)
  const of = (alias: string, place: number) => `${alias}.${quote(messages.conversationId)} = $${place}::text::${referenceType}`
  const named = columns.map(quote)
  const given = named.map((column) => ` and m.${column} is not null`).join('')
  const same = named.map((column) => ` and k.${column} = m.${column}`).join('')
  const by = named.map((column) => `m.${column}`).join(', ')
  const ranked = `with ranked as materialized (select m.*, row_number() over (partition by ${by} order by ${messageKey.of('m')}) > 1
    or exists (select from ${from} k where ${of('k', 2)}${same} and (${where})) as conversation_store_double
  from ${from} m where ${of('m', 1)}${given} and (${where}))`
  const keys = await readForeignKeys(session, table)
  if (keys.length > 0) {
    const some = `${ranked} select exists (select from ranked where conversation_store_double)::text`
    if (await oneOf<boolean>(session, some, references)) refuseForeignKeys(table, keys)
  }
  return oneOf<number>(
    session,
    `${ranked},
gone as (delete from ${from} m using ranked r where r.conversation_store_double and (${messageKey.of('m')}) = (${messageKey.of('r')})
  returning ${messageKey.json('m')}::text as id, pg_catalog.row_to_json(m) as document),
kept as (insert into ${archive} (from_table, id, reason, from_id, kept_id, document)
  select $3::text, id, 'double message', $4::text, $5::text, document from gone)
select count(*)::text from gone`,
    [...references, messages.name, JSON.stringify(loser), JSON.stringify(kept)],
  )
}

const attempts = 5

/**
 * Does it again when a live writer has brought a message that is also moved: then it is a double, which is looked for
 * anew. `work` must have left nothing behind when it throws.
 */
export async function againBesideWriters<T>(work: () => Promise<T>): Promise<T> {
  const names: readonly unknown[] = Object.values(eventIndexNames)
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const isDouble = sqlState(error) === '23505' && names.includes(Reflect.get(Object(error), 'constraint'))
      if (!isDouble || attempt === attempts) throw error
    }
  }
}
