import type { Names } from '../names.js'
import { isShown, partsOf } from './expressions/merged-parts.js'
import { countsAsUnread } from './expressions/messages.js'
import { isChatScoped } from './expressions/scopes.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `mark_doubles(account, kept, lost, merge)`: marks the messages that a merge hides, because the other conversation has
 * a copy: src/model/planning/doubles-of-merge.ts has the rules. The marks mean nothing until the merge stands. Returns
 * how many were marked, and how many of them counted as unread.
 *
 * The messages of the shorter conversation are gone through, and each of them is looked up by its id in the other one.
 * Nothing is asked of two conversations that can have no message in common.
 */
export function markDoubles({ tables }: Names): SqlFunction {
  const peopleOf = (
    conversation: string,
    isOwn: boolean,
  ) => `select ${isOwn} as is_own, h.id, h.oa_id, coalesce(h.scopes, array[h.id]) as scopes
      from (select ${conversation}.contact_inbox_id as id union select x->>'contact_inbox_id' from jsonb_array_elements(${conversation}.merged_parts) x) i
      cross join lateral (select x.* from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = i.id) o
      cross join lateral (select x.* from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = coalesce(o.canonical_id, o.id)) h
      where not ${isChatScoped('h.channel')}`
  const copy = (row: string, part: string, isOfKept: string) =>
    `(${row}.id, ${isOfKept}, ${row}.seq + ${part}.seq_base, coalesce(${row}.is_silent, false), coalesce(${row}.is_history, false),
        ${countsAsUnread(row)} and ${row}.seq <= ${part}.read_seq, ${countsAsUnread(row)} and ${row}.seq > ${part}.read_seq)`
  return {
    name: 'mark_doubles',
    parameters: `p_account text, k ${tables.conversations}, l ${tables.conversations}, p_merge text, out marked integer, out unread integer`,
    returns: null,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_is_kept constant boolean := k.last_seq < l.last_seq;
  c constant ${tables.conversations} := case when v_is_kept then k else l end;
  o constant ${tables.conversations} := case when v_is_kept then l else k end;
  v_people jsonb;
  v_scopes text[];
  v_ids text[];
begin
  with person as (${peopleOf('c', true)} union all ${peopleOf('o', false)})
  select jsonb_object_agg(s.id, jsonb_build_array(p.oa_id, p.id)),
    array_agg(s.id) filter (where not p.is_own and (select true from person other where other.is_own and other.oa_id = p.oa_id and other.id <> p.id limit 1))
  into v_people, v_scopes from person p cross join lateral unnest(p.scopes) s(id);
  if v_scopes is null then
    marked := 0;
    unread := 0;
    return;
  end if;
  with pair as (
    select v_people->x.contact_inbox_id->>0 as oa_id, x.message_id, copy.*
    from ${partsOf('c')}
    cross join lateral (select m.* from ${tables.messages} m
      where m.account_id = p_account and m.conversation_id = p.id and m.message_id is not null and ${isShown('m', 'c.merged_parts')} offset 0) x
    -- The limit makes PostgreSQL look each message up by its id, and never read all messages of the other conversation.
    cross join lateral (select m.* from ${tables.messages} m
      where m.account_id = p_account and m.contact_inbox_id = any (v_scopes) and m.message_id = x.message_id and ${isShown('m', 'o.merged_parts')}
        and v_people->m.contact_inbox_id->>0 = v_people->x.contact_inbox_id->>0 and v_people->m.contact_inbox_id <> v_people->x.contact_inbox_id limit cardinality(v_scopes)) y
    join ${partsOf('o').replace(/ p$/, ' q')} on q.id = y.conversation_id
    cross join lateral (values ${copy('x', 'p', 'v_is_kept')},
      ${copy('y', 'q', 'not v_is_kept')}) copy(id, is_of_kept, seq, is_silent, is_history, is_read, is_unread)
  ),
  placed as (
    select d.id, d.is_unread, row_number() over (partition by d.oa_id, d.message_id
      order by d.is_silent, d.is_read desc, d.is_history, d.is_of_kept desc, d.seq) as place
    from (select distinct pair.* from pair) d
  )
  select array_agg(placed.id), count(*), count(*) filter (where placed.is_unread) into v_ids, marked, unread from placed where placed.place > 1;
  update ${tables.messages} m set double_in = p_merge where m.account_id = p_account and m.id = any (v_ids);
end
`,
  }
}
