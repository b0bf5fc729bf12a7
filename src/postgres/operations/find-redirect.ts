import type { Redirect, Scoped } from '../../store/adapter.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { json, text } from '../readers.js'
import { sql } from '../sql.js'

interface StoredPart {
  readonly id: string
  readonly seq_base: number
  readonly event_base: number
}

const redirectRow = columns({ kept_id: text, merged_parts: json<readonly StoredPart[] | null> })

/** Where the id of a merged conversation leads. One statement. */
export async function findRedirect(
  context: PostgresContext,
  input: Scoped & { readonly conversationId: string },
): Promise<Redirect | null> {
  const { tables } = context
  const [row] = await context.read(
    sql`select r.kept_id, c.merged_parts from ${tables.conversation_merges} r
join ${tables.conversations} c on c.account_id = ${input.accountId} and c.id = r.kept_id
where r.account_id = ${input.accountId} and r.lost_id = ${input.conversationId} and r.undone_at is null`,
    input,
  )
  if (row === undefined) return null
  const { kept_id, merged_parts } = redirectRow.of(row)
  const parts = json(merged_parts) ?? []
  return {
    conversationId: text(kept_id),
    parts: parts.map((part) => ({ id: part.id, seqBase: part.seq_base, eventBase: part.event_base })),
  }
}
