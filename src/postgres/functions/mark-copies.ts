import type { Names } from '../names.js'
import { isShown, partsOf } from './expressions/merged-parts.js'
import { countsAsUnread } from './expressions/messages.js'
import { isChatScoped } from './expressions/scopes.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `mark_copies(account, kept, lost, merge, ranges)`: marks the messages that a merge hides, because the other
 * conversation has a copy: src/model/planning/doubles-of-merge.ts has the rules. The marks mean nothing until the merge
 * stands. `ranges` are the stored ids whose messages are gone through, each with the numbers past which and up to
 * which: `[{ id, past, upto }]`. Each message is looked up by its id in the other conversation.
 *
 * `people` is a text that tells whose messages the two have and where they are stored. It is null, and nothing is
 * asked, for two that can have no message in common. `marked` is how many more messages have the mark now.
 */
export function markCopies({ tables }: Names): SqlFunction {
  const peopleOf = (
    conversation: string,
    isKept: boolean,
  ) => `select ${isKept} as is_kept, h.id, h.oa_id, coalesce(h.scopes, array[h.id]) as scopes
      from (select ${conversation}.contact_inbox_id as id union select x->>'contact_inbox_id' from jsonb_array_elements(${conversation}.merged_parts) x) i
      cross join lateral (select x.* from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = i.id limit 1) o
      cross join lateral (select x.* from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = coalesce(o.canonical_id, o.id) limit 1) h
      where not ${isChatScoped('h.channel')}`
  const scopesOf = (isOwn: string) => `array_agg(s.id order by s.id) filter (where ${isOwn}
      and (select true from person other where other.is_kept <> p.is_kept and other.oa_id = p.oa_id and other.id <> p.id limit 1))`
  const copy = (row: string, place: string) =>
    `(${row}.id, ${row}.double_in, ${place}.is_kept, ${row}.seq + ${place}.seq_base, coalesce(${row}.is_silent, false), coalesce(${row}.is_history, false),
        ${countsAsUnread(row)} and ${row}.seq <= ${place}.read_seq)`
  const partsOfSide = (isKept: string) => `case when ${isKept} then k.merged_parts else l.merged_parts end`
  return {
    name: 'mark_copies',
    parameters: `p_account text, k ${tables.conversations}, l ${tables.conversations}, p_merge text, p_ranges jsonb, out people text, out marked integer`,
    returns: null,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_people jsonb;
  v_kept_scopes text[];
  v_lost_scopes text[];
  v_hidden text[];
  v_shown text[];
  v_count integer;
begin
  with person as (${peopleOf('k', true)} union all ${peopleOf('l', false)})
  select jsonb_object_agg(s.id, jsonb_build_array(p.oa_id, p.id)), ${scopesOf('p.is_kept')}, ${scopesOf('not p.is_kept')}
  into v_people, v_kept_scopes, v_lost_scopes from person p cross join lateral unnest(p.scopes) s(id);
  marked := 0;
  if v_kept_scopes is null or v_lost_scopes is null then
    return;
  end if;
  people := jsonb_build_array(v_people, v_kept_scopes, v_lost_scopes)::text;
  with place as materialized (select p.*, true as is_kept from ${partsOf('k')} union all select p.*, false from ${partsOf('l')}),
  pair as (
    select v_people->x.contact_inbox_id->>0 as oa_id, x.message_id, copy.*
    from jsonb_to_recordset(p_ranges) r(id text, past integer, upto integer)
    join place own on own.id = r.id
    cross join lateral (select m.* from ${tables.messages} m
      where m.account_id = p_account and m.conversation_id = own.id and m.seq > r.past and m.seq <= r.upto and m.message_id is not null
        and ${isShown('m', partsOfSide('own.is_kept'))} offset 0) x
    -- The limit makes PostgreSQL look each message up by its id, and never read all messages of the other conversation.
    cross join lateral (select m.* from ${tables.messages} m
      where m.account_id = p_account and m.contact_inbox_id = any (case when own.is_kept then v_lost_scopes else v_kept_scopes end) and m.message_id = x.message_id
        and ${isShown('m', partsOfSide('not own.is_kept'))}
        and v_people->m.contact_inbox_id->>0 = v_people->x.contact_inbox_id->>0 and v_people->m.contact_inbox_id <> v_people->x.contact_inbox_id
      limit cardinality(v_kept_scopes) + cardinality(v_lost_scopes)) y
    join place other on other.id = y.conversation_id and other.is_kept <> own.is_kept
    cross join lateral (values ${copy('x', 'own')},
      ${copy('y', 'other')}) copy(id, double_in, is_of_kept, seq, is_silent, is_history, is_read)
  ),
  placed as (
    select d.id, d.double_in, row_number() over (partition by d.oa_id, d.message_id
      order by d.is_silent, d.is_read desc, d.is_history, d.is_of_kept desc, d.seq) as place
    from (select distinct pair.* from pair) d
  )
  select array_agg(placed.id) filter (where placed.place > 1 and placed.double_in is distinct from p_merge),
    array_agg(placed.id) filter (where placed.place = 1 and placed.double_in = p_merge)
  into v_hidden, v_shown from placed;
  update ${tables.messages} m set double_in = p_merge where m.account_id = p_account and m.id = any (v_hidden);
  get diagnostics marked = row_count;
  update ${tables.messages} m set double_in = null where m.account_id = p_account and m.id = any (v_shown);
  get diagnostics v_count = row_count;
  marked := marked - v_count;
end
`,
  }
}
