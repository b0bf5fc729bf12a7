import { mergedParts } from '../../../model/limits.js'
import type { Names } from '../../names.js'

/**
 * `merged_parts` of a conversation holds those that were merged into it, in the order in which they came, each as `{
 * id, contact_inbox_id, merge_id, by, seq_base, event_base, last_seq, last_event_seq, read_seq }`: see MergedPart in
 * src/model/planning/rows.ts. It is null for a conversation that holds none.
 */

/**
 * The stored ids of a conversation, with what is added to their numbers: `p(id, seq_base, event_base, last_seq,
 * read_seq)`.
 */
export function partsOf(conversation: string): string {
  return `(select ${conversation}.id, 0 as seq_base, 0 as event_base, ${conversation}.last_seq, ${conversation}.read_seq
    union all select x->>'id', (x->>'seq_base')::integer, (x->>'event_base')::integer, (x->>'last_seq')::integer, (x->>'read_seq')::integer
    from jsonb_array_elements(${conversation}.merged_parts) x) p`
}

/** The read horizon that a stored message of a conversation lies past or not, by the message's own number. */
export function horizonOf(conversation: string, message: string): string {
  return `coalesce((select (x->>'read_seq')::integer from jsonb_array_elements(${conversation}.merged_parts) x
    where x->>'id' = ${message}.conversation_id), ${conversation}.read_seq)`
}

/** Whether a conversation can't hold another one, and all that it holds, besides what it holds already. */
export function hasNoRoom(kept: string, lost: string): string {
  return `coalesce(jsonb_array_length(${kept}.merged_parts), 0) + coalesce(jsonb_array_length(${lost}.merged_parts), 0) >= ${mergedParts}`
}

/** A status as a number: the livelier of two is the greater. */
export function livelinessOf(status: string): string {
  return `(case ${status} when 'open' then 2 when 'snoozed' then 1 else 0 end)`
}

/**
 * Whether a conversation shows a message that it holds: no merge that stands in it, one of those that `parts` names,
 * hides the message because of another copy.
 */
export function isShown(message: string, parts: string): string {
  return `(${message}.double_in is null or not coalesce(${parts} @> jsonb_build_array(jsonb_build_object('merge_id', ${message}.double_in)), false))`
}

/**
 * Leaves what a merge has hidden out of what a conversation counts and shows, once it holds the other one. `v_unread`
 * are those of them that counted as unread.
 */
export function leaveOutDoubles({ fn, tables }: Names, account: string, id: string): string {
  return `update ${tables.conversations} x set unread_count = x.unread_count - v_unread, last_message_row_id = m.id,
      last_message_preview = ${fn('preview_of')}(m.text, m.attachments)
    from ${fn('latest_message')}(${account}, ${id}, (select y.merged_parts from ${tables.conversations} y where y.account_id = ${account} and y.id = ${id})) m
    where x.account_id = ${account} and x.id = ${id}`
}
