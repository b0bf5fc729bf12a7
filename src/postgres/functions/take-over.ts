import type { Names } from '../names.js'
import { isCurrent, preferred } from './expressions/named-ids.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `take_over(account, own, winner, at, now, server_ms)`: takes a former id away from its group and gives it to another
 * person. What was said under it stays where it is, and `previous_head_id` leads there. A group that has no other id
 * can't be told from the person who has it now, so the two are joined. Returns the conversations that were changed. The
 * caller holds the locks of both heads.
 */
export function takeOver({ fn, tables }: Names): SqlFunction {
  return {
    name: 'take_over',
    parameters: 'p_account text, p_own text, p_winner text, p_at timestamptz, p_now timestamptz, p_server_ms bigint',
    returns: 'text[]',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_own ${tables.contact_inboxes};
  v_head ${tables.contact_inboxes};
  v_name text;
  v_changed text[] := '{}';
begin
  select * into v_own from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = p_own;
  select * into v_head from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = coalesce(v_own.canonical_id, v_own.id);
  if v_own.id = v_head.id then
    select x.customer_id into v_name from ${tables.contact_inboxes} x
    left join jsonb_array_elements(v_head.identities) e(entry) on e.entry->>'id' = x.customer_id
    where x.account_id = p_account and x.canonical_id = v_head.id
    order by ${isCurrent('e.entry')} desc, ${preferred("e.entry->>'kind'")}, x.created_at, x.id limit 1;
    if v_name is null then
      return ${fn('join_groups')}(p_account, p_winner, array[v_head.id], p_at, p_now, p_server_ms);
    end if;
    v_changed := ${fn('rename_head')}(p_account, v_head.id, v_name);
  end if;
  update ${tables.contact_inboxes} x set canonical_id = p_winner, previous_head_id = v_head.id, contact_id = w.contact_id
  from ${tables.contact_inboxes} w
  where x.account_id = p_account and x.oa_id = v_own.oa_id and x.customer_id = v_own.customer_id and w.account_id = p_account and w.id = p_winner;
  update ${tables.contact_inboxes} x
  set identities = (select jsonb_agg(e order by n) from jsonb_array_elements(x.identities) with ordinality i(e, n) where e->>'id' <> v_own.customer_id)
  where x.account_id = p_account and x.id = v_head.id;
  return v_changed;
end
`,
  }
}
