import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import { literal } from './conditions.js'
import type { MergeContext } from './merge-context.js'
import { moveMessages, recount } from './merge-group.js'
import { archivedReferenceSql } from './message-references.js'
import { oneOf } from './sessions.js'

/**
 * The messages that came for a conversation after it was merged away, with the id of that one as the archive has it.
 * They are not stranded if a conversation is there that they name. Null if the host keeps no messages.
 */
export function strandedSql(context: MergeContext): string | null {
  const { tables, archive, referenceType, reference } = context
  const { messages, conversations } = tables
  if (messages === null) return null
  const named = archivedReferenceSql(context, 'a')
  return `select a.id from ${archive} a join ${qualified(conversations.schema, messages.name)} m
  on m.${quote(messages.conversationId)} = ${named}::${referenceType}
where a.reason = 'merged' and a.from_table = ${literal(conversations.name)} and not exists (
  select from ${qualified(conversations.schema, conversations.name)} c where c.${quote(reference.column)} = ${named}::${reference.type})`
}

/** Moves them to where their conversation went, and from there to where that one went, and so on. */
export async function moveStranded(context: MergeContext, session: MigrationSession): Promise<number> {
  const stranded = strandedSql(context)
  if (stranded === null) return 0
  const { archive, tables } = context
  const ways = await oneOf<readonly { readonly from: readonly string[]; readonly to: readonly string[] }[]>(
    session,
    `with recursive way as (select s.id as from_id, s.id as to_id, 0 as steps from (select distinct id from (${stranded}) d) s
  union all
  select w.from_id, a.kept_id, w.steps + 1 from way w join ${archive} a on a.id = w.to_id and a.reason = 'merged'
    and a.from_table = ${literal(tables.conversations.name)} where w.steps < 100)
select coalesce(json_agg(json_build_object('from', e.from_id::json, 'to', e.to_id::json)), '[]')::text
from (select distinct on (from_id) from_id, to_id from way order by from_id, steps desc) e`,
  )
  let count = 0
  for (const { from, to } of ways) {
    const { moved, doubled } = await moveMessages(context, from, to, session)
    if (moved.length > 0)
      await session.query(
        `insert into ${archive} (from_table, id, reason, kept_id, moved) values ($1::text, $2::text, 'moved later', $3::text, $4::text::json)`,
        [tables.conversations.name, JSON.stringify(from), JSON.stringify(to), JSON.stringify(moved)],
      )
    await recount(context, to, session)
    count += moved.length + doubled
  }
  return count
}
