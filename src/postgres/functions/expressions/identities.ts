import type { Names } from '../../names.js'
import { markedOnce } from './operations.js'

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

/** Counts the change of the operation once for each of these conversations that does not remember it yet. */
export function markChanged(names: Names, conversationIds: string): string {
  return `update ${names.tables.conversations} c set ${markedOnce(names, 'c')}
    where c.account_id = p_account and c.id = any (${conversationIds})`
}
