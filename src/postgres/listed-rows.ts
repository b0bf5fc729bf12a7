import type { Scoped } from '../store/adapter.js'
import { columns, type Row } from './columns.js'
import type { PostgresContext } from './context.js'
import { isShown } from './functions/expressions/merged-parts.js'
import { flagOrNull, integer, textOrNull } from './readers.js'
import { type Fragment, raw, sql } from './sql.js'

/** A list of one conversation's rows. Its fragments call the stored row `x`, and the row of the answer `m`. */
export interface ConversationList {
  readonly from: Fragment
  readonly stored: Fragment
  readonly selected: Fragment
  /**
   * Which rows, after their conversation and account. `base` is what is added to the number of a row that is stored
   * under another id.
   */
  place(base: Fragment): Fragment
  order(row: 'x' | 'm', base: Fragment): Fragment
  readonly limit: number
  /** What of a merged conversation is added to the numbers of its rows. */
  readonly base: Fragment
}

const ownRow = columns({ id: textOrNull, is_parted: flagOrNull })
const partedRow = columns({ id: textOrNull, base: integer })

/** A row with what is to be added to its number, and the conversation in which a host sees it. */
export interface ListedRow {
  readonly row: Row
  readonly base: number
}

/**
 * Reads a page of rows of a conversation: one statement, and a second one for a conversation that holds others. Null if
 * there is no such conversation. The conversation is looked up in the same statement, because what it holds may change
 * between two. Only the rows of a conversation that holds none are read there.
 */
export async function listedRows(
  context: PostgresContext,
  input: Scoped & { readonly conversationId: string },
  list: ConversationList,
): Promise<readonly ListedRow[] | null> {
  const { accountId, conversationId } = input
  const none = raw('0')
  const rows = await context.read(
    sql`select ${list.selected}, c.is_parted from (select merged_parts is not null as is_parted from ${context.tables.conversations}
  where account_id = ${accountId} and id = ${conversationId}) c
left join lateral (select ${list.stored} from ${list.from} x
  where not c.is_parted and x.account_id = ${accountId} and x.conversation_id = ${conversationId} ${list.place(none)}
  order by ${list.order('x', none)} limit ${list.limit}::integer) m on true`,
    input,
  )
  const [first] = rows
  if (first === undefined) return null
  if (flagOrNull(ownRow.of(first).is_parted) === true) return partedRows(context, input, list)
  return rows.filter((row) => textOrNull(ownRow.of(row).id) !== null).map((row) => ({ row, base: 0 }))
}

/**
 * The same over all that the conversation holds: as many rows of each part, in the order of the index, and the first of
 * all.
 */
async function partedRows(
  context: PostgresContext,
  input: Scoped & { readonly conversationId: string },
  list: ConversationList,
): Promise<readonly ListedRow[] | null> {
  const { accountId, conversationId } = input
  const rows = await context.read(
    sql`select ${list.selected}, p.base from ${context.tables.conversations} c
cross join lateral (select c.id, 0 as base union all select y->>'id', (y->>${list.base})::integer from jsonb_array_elements(c.merged_parts) y) p
left join lateral (select ${list.stored} from ${list.from} x
  where x.account_id = ${accountId} and x.conversation_id = p.id and ${raw(isShown('x', 'c.merged_parts'))} ${list.place(raw('p.base'))}
  order by ${list.order('x', raw('0'))} limit ${list.limit}::integer) m on true
where c.account_id = ${accountId} and c.id = ${conversationId}
order by m.id is null, ${list.order('m', raw('p.base'))} limit ${list.limit}::integer`,
    input,
  )
  if (rows.length === 0) return null
  return rows.flatMap((row) => {
    const { id, base } = partedRow.of(row)
    return textOrNull(id) === null ? [] : [{ row: { ...row, conversation_id: conversationId }, base: integer(base) }]
  })
}
