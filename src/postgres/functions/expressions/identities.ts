import type { Names } from '../../names.js'
import { markedOnce } from './operations.js'

/**
 * The ids of one person in one inbox, as the head of their group keeps them: a JSON array of `{ id, kind, since,
 * former_since }`. A head without the array has its own id alone, of which no payload has said what it is.
 */
export function identitiesOf(head: string, sinceMs: string): string {
  return `coalesce(${head}.identities, jsonb_build_array(${identity(`${head}.customer_id`, 'null::text', sinceMs)}))`
}

/** One element of the array. Its times are milliseconds. */
function identity(id: string, kind: string, sinceMs: string): string {
  return `jsonb_build_object('id', ${id}, 'kind', ${kind}, 'since', ${sinceMs}, 'former_since', null)`
}

/** Whether several ids are known of the person. */
export function isGroup(head: string): string {
  return `coalesce(jsonb_array_length(${head}.identities) > 1, false)`
}

export function milliseconds(time: string): string {
  return `floor(extract(epoch from ${time}) * 1000)::bigint`
}

/** Counts the change of the operation once for each of these conversations that does not remember it yet. */
export function markChanged(names: Names, conversationIds: string): string {
  return `update ${names.tables.conversations} c set ${markedOnce(names, 'c')}
    where c.account_id = p_account and c.id = any (${conversationIds})`
}
