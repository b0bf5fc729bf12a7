import type { Names } from '../names.js'
import { bookkeeping } from './expressions/conversations.js'
import { milliseconds } from './expressions/identities.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `join_groups(account, winner, losers, at, now, server_ms)`: makes the groups of some heads one, because `at` they
 * turned out to be one person. The caller holds the locks of all these heads. The conversations are locked here, by
 * id: whoever holds several of a head's conversations holds the head too, so no order of theirs can be crossed.
 *
 * Returns the ids of the conversations of which public fields changed. They have neither a new version nor the
 * operation yet, because the caller changes some of them further and counts one change for all.
 */
export function joinGroups(names: Names): SqlFunction {
  const { fn, tables } = names
  // What of a conversation makes its change count. Whose it is counts for an active one only.
  const state = `to_jsonb(c) - ${bookkeeping} - '{version,updated_at}'::text[]`
  return {
    name: 'join_groups',
    parameters: 'p_account text, p_winner text, p_losers text[], p_at timestamptz, p_now timestamptz, p_server_ms bigint',
    returns: 'text[]',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_heads constant text[] := p_losers || p_winner;
  v_locked text[];
  v_before jsonb;
  v_loser ${tables.contact_inboxes};
begin
  select array_agg(wanted.id) into v_locked
  from (select c.id from ${tables.conversations} c where c.account_id = p_account and c.contact_inbox_id = any (array(
      select x.id from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = any (v_heads)
      union all select x.id from ${tables.contact_inboxes} x where x.account_id = p_account and x.canonical_id = any (v_heads)))
    order by c.id) wanted
  cross join lateral (select 1 from ${tables.conversations} x where x.account_id = p_account and x.id = wanted.id for no key update) held;
  select jsonb_object_agg(c.id, ${state}) into v_before from ${tables.conversations} c where c.account_id = p_account and c.id = any (v_locked);

  for v_loser in select * from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = any (p_losers) order by x.created_at, x.id loop
    perform ${fn('join_group')}(p_account, p_winner, v_loser, ${milliseconds('p_at')}, p_now, p_server_ms);
  end loop;
  update ${tables.conversations} c set is_linked = true
  where c.account_id = p_account and c.contact_inbox_id = any (array[p_winner]) and not c.is_linked;

  return array(select c.id from ${tables.conversations} c
    cross join lateral (select v_before->c.id as before, ${state} as now_is) was
    where c.account_id = p_account and c.id = any (v_locked)
      and case when was.before->>'status' = 'closed' then (was.before - '{customer_id,contact_id}'::text[]) <> (was.now_is - '{customer_id,contact_id}'::text[])
               else was.before <> was.now_is end);
end
`,
  }
}
