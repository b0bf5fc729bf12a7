import { copiesMarkedAtOnce } from '../../model/planning/copies-at-once.js'
import type { Names } from '../names.js'
import { partsOf } from './expressions/merged-parts.js'
import { countsAsUnread } from './expressions/messages.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `mark_doubles(account, kept, lost, merge, prepared)`: marks all messages that a merge hides. The caller holds the
 * locks of both conversations. `is_marked` tells that there may be any, and `unread` how many of them counted as
 * unread. If `prepared` is null, two large conversations are left alone, and `is_large` tells that prepare_doubles is
 * to be called first.
 *
 * What was prepared is completed by what came since and by what was read since. It is no longer good if a conversation
 * holds others since, if ids were linked, if a message came live, if a reply got its id, or if another merge has taken
 * marks over. Then all is marked anew.
 */
export function markDoubles({ fn, tables }: Names): SqlFunction {
  const both = `(select p.* from ${partsOf('k')} union all select p.* from ${partsOf('l')}) p`
  const ofMerge = `${tables.messages} m where m.account_id = p_account and m.conversation_id = p.id and m.double_in = p_merge`
  return {
    name: 'mark_doubles',
    parameters: `p_account text, k ${tables.conversations}, l ${tables.conversations}, p_merge text, p_prepared jsonb,
  out is_marked boolean, out unread integer, out is_large boolean`,
    returns: null,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_people constant text := (select c.people from ${fn('mark_copies')}(p_account, k, l, p_merge, '[]') c);
  v_seen constant jsonb := p_prepared->'seen';
  v_is_current boolean;
  v_ranges jsonb;
begin
  is_marked := false;
  unread := 0;
  is_large := p_prepared is null and v_people is not null and least(k.last_seq, l.last_seq) > ${copiesMarkedAtOnce};
  if v_people is null or is_large then
    return;
  end if;
  v_is_current := coalesce(p_prepared->>'people' = v_people and p_prepared->'of' = ${preparedOf}
    and (select true from ${tables.contact_interaction_events} e
      where e.account_id = p_account and e.conversation_id = any (array[k.id, l.id]) and e.type in ('message_live', 'message_sent')
        and e.event_seq > (p_prepared->'events'->>e.conversation_id)::integer limit 1) is null
    and (p_prepared->>'marked')::integer = (select coalesce(sum(c.marked), 0) from ${both} cross join lateral (select count(*) as marked from ${ofMerge}) c), false);
  if v_is_current then
    select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'past', r.past, 'upto', r.upto)), '[]') into v_ranges from (
      select p.id, (v_seen->p.id->>0)::integer as past, p.last_seq as upto from ${both}
      union all
      select p.id, least((v_seen->p.id->>1)::integer, p.read_seq), greatest((v_seen->p.id->>1)::integer, p.read_seq) from ${both}) r
    where r.past < r.upto;
  else
    if v_seen is not null then
      update ${tables.messages} x set double_in = null
      where x.account_id = p_account and x.id = any (array(select m.id from ${both} cross join lateral (select m.id from ${ofMerge}) m));
    end if;
    v_ranges := ${shorterRanges};
  end if;
  perform true from ${fn('mark_copies')}(p_account, k, l, p_merge, v_ranges);
  select coalesce(sum(c.unread), 0), coalesce(bool_or(c.is_any), false) into unread, is_marked from ${both} cross join lateral (
    select count(*) filter (where m.seq > p.read_seq and ${countsAsUnread('m')}) as unread, count(*) > 0 as is_any from ${ofMerge}) c;
end
`,
  }
}

/** The conversations of which something was prepared, and how many others they hold. */
export const preparedOf = `jsonb_build_array(k.id, coalesce(jsonb_array_length(k.merged_parts), 0), l.id, coalesce(jsonb_array_length(l.merged_parts), 0))`

/** All messages of the shorter conversation, as ranges of mark_copies. */
export const shorterRanges = `case when k.last_seq < l.last_seq then ${rangesOf('k')} else ${rangesOf('l')} end`

function rangesOf(conversation: string): string {
  return `(select jsonb_agg(jsonb_build_object('id', p.id, 'past', 0, 'upto', p.last_seq)) from ${partsOf(conversation)})`
}
