import type { Names } from '../../names.js'

/**
 * What a message takes over from a copy of it, as the assignments of an update: all that `joinedCopies` in
 * src/model/planning/joined-copies.ts joins, but the ids.
 */
export function joinedCopies({ fn }: Names, kept: string, other: string): string {
  return `reply_to = coalesce(${kept}.reply_to, ${other}.reply_to),
    -- What came live once is no history.
    is_history = ${kept}.is_history and ${other}.is_history, is_silent = ${kept}.is_silent and ${other}.is_silent,
    sent_at = least(${kept}.sent_at, ${other}.sent_at), delivered_at = least(${kept}.delivered_at, ${other}.delivered_at), read_at = least(${kept}.read_at, ${other}.read_at),
    accepted_at = greatest(${acceptance(kept)}, ${acceptance(other)}),
    is_marked = ${kept}.direction = 'outbound' and not ${isReceived(kept)} and not ${isReceived(other)},
    is_bounced = ${isBounced(kept)},
    deleted_at = least(${kept}.deleted_at, ${other}.deleted_at),
    text = case when ${kept}.deleted_at is not null or ${other}.deleted_at is not null then ''
                when (${other}.edit_number, coalesce(${other}.edited_at, '-infinity')) > (${kept}.edit_number, coalesce(${kept}.edited_at, '-infinity')) then ${other}.text
                when ${isBlank(kept)} then ${other}.text else ${kept}.text end,
    attachments = case when ${kept}.deleted_at is not null or ${other}.deleted_at is not null then '[]'::jsonb
                when ${isBlank(kept)} then ${other}.attachments else ${kept}.attachments end,
    edited_at = case when (${other}.edit_number, coalesce(${other}.edited_at, '-infinity')) > (${kept}.edit_number, coalesce(${kept}.edited_at, '-infinity')) then ${other}.edited_at else ${kept}.edited_at end,
    edit_number = greatest(${kept}.edit_number, ${other}.edit_number),
    reactions = ${fn('merged_reactions')}(${kept}.reactions, ${other}.reactions)`
}

function isReceived(row: string): string {
  return `(not ${row}.is_marked and (${row}.delivered_at is not null or ${row}.read_at is not null))`
}

/** A message whose files are still to come says nothing, so nothing of it is lost to what the other one has got. */
function isBlank(row: string): string {
  return `${row}.text = '' and ${row}.attachments = '[]' and ${row}.edited_at is null`
}

function acceptance(row: string): string {
  return `coalesce(${row}.accepted_at, case when ${row}.local_id is not null then ${row}.sent_at end)`
}

/** Nobody but the channel can have told of a failure of a message that had no host's id. */
export function isBounced(row: string): string {
  return `(${row}.is_bounced or ${row}.local_id is null and ${row}.failed_at is not null)`
}
