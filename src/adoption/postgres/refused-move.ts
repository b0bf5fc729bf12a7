import { driverCause } from '../../postgres/driver-cause.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { quote } from '../../postgres/names.js'
import { sqlState } from '../../postgres/translate-error.js'
import type { RefusedMove } from '../refused-merge.js'
import { activeSql, keyColumns, literal } from './conditions.js'
import type { MergeContext } from './merge-context.js'
import { archivedReferenceSql } from './message-references.js'
import { readOne } from './sessions.js'

/** A unique index, and each of its keys: its text, and the column that it is, if it is no expression. */
interface Refusing {
  readonly keys: readonly { readonly text: string; readonly column: string | null }[]
  readonly where: string | null
  readonly nullsRepeat: boolean
}

// The server names the index of a partition. A version before 15 does not know of nulls that are equal.
const refusingIndex = `select (select json_build_object('where', pg_catalog.pg_get_expr(i.indpred, i.indrelid),
  'nullsRepeat', coalesce(pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct', 'false') <> 'true',
  'keys', (select json_agg(json_build_object('text', pg_catalog.pg_get_indexdef(i.indexrelid, k.place::integer, true), 'column', a.attname) order by k.place)
    from unnest(i.indkey::int2[]) with ordinality k(attnum, place)
    left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum where k.place <= i.indnkeyatts))
from pg_catalog.pg_index i where i.indexrelid = pg_catalog.to_regclass($1::text)
  and coalesce(pg_catalog.pg_partition_root(i.indrelid), i.indrelid) = pg_catalog.to_regclass($2::text))::text`

/** What a unique index of the messages refused, by the server's error. Null if the error is another one. */
export async function refusedMove(context: MergeContext, error: unknown): Promise<RefusedMove | null> {
  const { messages, conversations } = context.tables
  if (messages === null || sqlState(error) !== '23505') return null
  const named = (field: string) => String(Reflect.get(Object(error), field) ?? '')
  const [schema, index] = [named('schema') || conversations.schema, named('constraint')]
  const values = [index === '' ? '' : qualified(schema, index), qualified(conversations.schema, messages.name)]
  const refusing = await readOne<Refusing | null>(context.driver, refusingIndex, values)
  if (refusing === null) return null
  const others = refusing.keys.filter(({ column }) => column !== messages.conversationId)
  const fields = (others.length > 0 ? others : refusing.keys).map(({ column, text }) => column ?? text)
  const query = sharedKeys(context, messages, { ...refusing, keys: others })
  return { collection: messages.name, index, fields, query, cause: driverCause(error) }
}

/**
 * The query that lists the keys which messages of one customer share, whose conversations are there or were merged. It
 * holds no values of rows.
 */
function sharedKeys(
  context: MergeContext,
  messages: NonNullable<MergeContext['tables']['messages']>,
  { keys, where, nullsRepeat }: Refusing,
): string {
  const { tables, reference, archive } = context
  const { conversations: table } = tables
  const columns = keyColumns(table)
  const living = columns.map((column) => `c.${quote(column)}::text as ${quote(column)}`).join(', ')
  const merged = columns.map((column) => `a.document ->> ${literal(column)}`).join(', ')
  const names = keys.map((_, at) => `key_${at + 1}`)
  const given = [...columns.map(quote), ...(nullsRepeat ? names : [])].map((each) => `${each} is not null`)
  const by = [...columns.map(quote), ...names].join(', ')
  const texts = keys.map(({ text }, at) => `, ${text} as key_${at + 1}`).join('')
  return `select ${by}, count(*) from (
  select c.${quote(reference.column)}::text as conversation, ${living} from ${qualified(table.schema, table.name)} c where ${activeSql(table, 'c.')}
  union select ${archivedReferenceSql(context, 'a')}, ${merged} from ${archive} a where a.reason = 'merged' and a.from_table = ${literal(table.name)}
) c join (select ${quote(messages.conversationId)}::text as conversation${texts} from ${qualified(table.schema, messages.name)}${where === null ? '' : ` where ${where}`}
) m using (conversation) where ${given.join(' and ')} group by ${by} having count(*) > 1`
}
