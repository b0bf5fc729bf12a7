import type { Names } from '../../names.js'
import { markedOnce, marks } from './operations.js'

/**
 * The ids of one person in one inbox, as the head of their group keeps them, in the order in which they became known: a
 * JSON array of `{ id, kind, former_since, since, moved_at, disputed_since, operation_id }`. The last four are left out
 * where they are null. Times are milliseconds. A head without the array has its own id alone, of which no payload has
 * said what it is.
 */
export function identitiesOf(head: string): string {
  return `coalesce(${head}.identities, jsonb_build_array(${plainMark(`${head}.customer_id`, 'null::text')}))`
}

/** An id that nothing has moved. */
function plainMark(id: string, kind: string): string {
  return `jsonb_build_object('id', ${id}, 'kind', ${kind}, 'former_since', null)`
}

/** Whether the head knows by which ids its customer goes, so that its conversations must ask it whom to answer. */
export function isGroup(head: string): string {
  return `(${head}.identities is not null)`
}

export function milliseconds(time: string): string {
  return `floor(extract(epoch from ${time}) * 1000)::bigint`
}

/**
 * Counts the change of the operation once for each of these conversations that does not remember it yet. Those that
 * hold another one since this operation remember that.
 */
export function markChanged(names: Names, conversationIds: string): string {
  const { conversations, conversation_merges: merges } = names.tables
  return `update ${conversations} c set ${markedOnce(names, 'c')}
    where c.account_id = p_account and c.id = any (${conversationIds});
  update ${conversations} c set operations = ${marks.withOutcome('c.operations', 'p_operation', "'merged'")}
    where c.account_id = p_account and c.id = any (array(select r.kept_id from ${merges} r where r.account_id = p_account
        and r.kept_id = any (${conversationIds}) and r.undone_at is null and (r.id = p_operation or starts_with(r.id, p_operation || '.'))))
      and ${marks.outcome('c.operations', 'p_operation')} = 'updated'`
}
