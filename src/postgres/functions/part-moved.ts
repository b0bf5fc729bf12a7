import type { Names } from '../names.js'
import { activeOf } from './expressions/conversations.js'
import { closedByMove } from './expressions/moving-people.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `part_moved(account, undone, destination, lost, keeps_window, now)`: parts somebody from the person with whom the
 * migration `undone` has made them one, and moves them back: src/model/planning/part-moved.ts has the rules. Returns
 * the contact inboxes and the conversations that went, or nulls for somebody who stays. The caller holds the locks of
 * the head and of its conversations.
 */
export function partMoved(names: Names): SqlFunction {
  const { fn, tables } = names
  const ours = 'x.account_id = p_account and x.id = any (v_rows)'
  return {
    name: 'part_moved',
    parameters: `p_account text, p_undone text, p_destination text, p_lost text, p_keeps_window boolean, p_now timestamptz,
  out contact_inboxes bigint, out conversations text[]`,
    returns: null,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_links constant jsonb := (select x.moved->'links' from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = p_lost);
  v_rows constant text[] := array(select r->>'id' from jsonb_array_elements(v_links->'rows') r);
  v_conversations constant text[] := array(select c->>'id' from jsonb_array_elements(v_links->'conversations') c);
  v_merge ${tables.conversation_merges};
  v_outcome text;
  v_closed jsonb;
begin
  select * into v_merge from ${tables.conversation_merges} r where r.account_id = p_account and r.id = p_undone || '.' || p_lost and r.undone_at is null;
  if (select r.outcome from ${fn('part_refusal')}(p_account, v_links || jsonb_build_object('conversations',
      (select coalesce(jsonb_agg(c), '[]') from jsonb_array_elements(v_links->'conversations') c where c->>'id' is distinct from v_merge.lost_id))) r) is not null
    or (select true from ${tables.contact_inboxes} x
      cross join lateral (select true as is_known from ${tables.contact_inboxes} d
        where d.account_id = p_account and d.oa_id = p_destination and d.customer_id = x.moved->>'customer_id' limit 1) k
      where ${ours} limit 1)
    or (select count(*) from ${tables.conversations} c where c.account_id = p_account and c.id = any (v_conversations)
      and c.moved->>'by' = p_undone and c.last_seq = (c.moved->>'last_seq')::integer) <> cardinality(v_conversations) - (v_merge.id is not null)::integer then
    return;
  end if;
  if v_merge.id is not null then
    select u.outcome into v_outcome from ${fn('unmerge_conversations')}(p_account, v_merge.id, p_undone, p_now) u limit 1;
    if v_outcome is distinct from 'unmerged' then
      return;
    end if;
    -- It came back closed, because its person still is one with the other.
    update ${tables.conversations} x set moved = jsonb_set(x.moved, '{closed,at}', to_jsonb(x.closed_at))
     where x.account_id = p_account and x.id = v_merge.lost_id and x.closed_at is not null;
  end if;
  perform u.outcome from ${fn('unmerge_contacts')}(p_account, p_undone || '.' || p_lost, p_undone, p_now) u;
  update ${tables.contact_inboxes} x
     set oa_id = p_destination, channel = x.moved->>'channel', customer_id = x.moved->>'customer_id', moved = null
   where ${ours};
  perform ${fn('part_people')}(p_account, v_links, null, false, null, p_now, null);
  -- The undoing of the merge has raised the versions of both.
  update ${tables.conversations} x set version = x.version + 1, updated_at = p_now
   where x.account_id = p_account and x.id = any (${activeOf(names, "array[v_links->'kept'->>'id']")}) and x.id is distinct from v_merge.kept_id;
  v_closed := ${closedByMove(names, 'v_conversations')};
  update ${tables.conversations} x
     set oa_id = p_destination, channel = x.moved->>'channel', version = x.version + (x.id is distinct from v_merge.lost_id)::integer,
         updated_at = p_now, moved = null,
         window_expires_at = case when p_keeps_window then x.window_expires_at else (x.moved->>'window_expires_at')::timestamptz end
   where x.account_id = p_account and x.id = any (v_conversations);
  perform ${fn('reopen_moved')}(p_account, v_closed);
  contact_inboxes := cardinality(v_rows);
  conversations := v_conversations;
end
`,
  }
}
