import type { Names } from '../names.js'
import { publicState } from './expressions/conversations.js'
import { isChatScoped, scopesBeside } from './expressions/scopes.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `join_groups(account, winner, losers, is_new, operation, now, server_ms)`: makes the groups of some heads one, in the
 * order of `losers`, because they turned out to be one person. `is_new` is what `join_group` takes, for all losers. The
 * caller holds the locks of all these heads. The conversations are locked here, by id: whoever holds several of a
 * head's conversations holds the head too, so no order of theirs can be crossed.
 *
 * Returns the ids of the conversations of which public fields changed. They have neither a new version nor the
 * operation yet, because the caller changes some of them further and counts one change for all.
 */
export function joinGroups(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'join_groups',
    parameters: 'p_account text, p_winner text, p_losers text[], p_is_new boolean, p_operation text, p_now timestamptz, p_server_ms bigint',
    returns: 'text[]',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_locked text[];
  v_before jsonb;
  v_loser text;
  v_pairs jsonb := '[]';
  v_pair jsonb;
begin
  select array_agg(wanted.id) into v_locked
  from (select c.id from ${tables.conversations} c where c.account_id = p_account and c.contact_inbox_id = any (p_losers || p_winner) order by c.id) wanted
  cross join lateral (select 1 from ${tables.conversations} x where x.account_id = p_account and x.id = wanted.id for no key update) held;
  select jsonb_object_agg(c.id, ${publicState('c')}) into v_before from ${tables.conversations} c where c.account_id = p_account and c.id = any (v_locked);

  foreach v_loser in array p_losers loop
    -- The side with fewer messages is looked up on the other one.
    select v_pairs || jsonb_build_object('ours', coalesce(w.scopes, array[w.id]), 'theirs', ${scopesBeside('l', 'w')}, 'is_turned',
      (select coalesce(sum(c.last_seq) filter (where c.contact_inbox_id = l.id) > sum(c.last_seq) filter (where c.contact_inbox_id = w.id), false)
        from ${tables.conversations} c where c.account_id = p_account and c.contact_inbox_id = any (array[l.id, w.id]))) into v_pairs
    from ${tables.contact_inboxes} w, ${tables.contact_inboxes} l
    where w.account_id = p_account and w.id = p_winner and l.account_id = p_account and l.id = v_loser;
    perform ${fn('join_group')}(p_account, p_winner, v_loser, p_is_new, p_operation, p_now);
  end loop;
  update ${tables.conversations} c set is_linked = true
  where c.account_id = p_account and c.contact_inbox_id = any (array[p_winner]) and not c.is_linked;
  if not (select bool_or(${isChatScoped('x.channel')}) from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = any (p_losers || p_winner)) then
    for v_pair in select p from jsonb_array_elements(v_pairs) p loop
      perform ${fn('fold_doubles')}(p_account, array(select jsonb_array_elements_text(v_pair->'ours')), array(select jsonb_array_elements_text(v_pair->'theirs')),
        (v_pair->>'is_turned')::boolean, p_now, p_server_ms);
    end loop;
    perform ${fn('settle_group')}(p_account, p_winner, p_now, p_server_ms);
  end if;

  return array(select c.id from ${tables.conversations} c where c.account_id = p_account and c.id = any (v_locked) and v_before->c.id <> ${publicState('c')});
end
`,
  }
}
