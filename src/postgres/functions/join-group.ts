import type { Names } from '../names.js'
import { identitiesOf } from './expressions/identities.js'
import { isChatScoped } from './expressions/scopes.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `join_group(account, winner, loser, at_ms, now, server_ms)`: makes one head an alias of another, with its aliases,
 * its conversations, its contact and what is stored under its scopes.
 */
export function joinGroup(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'join_group',
    parameters: `p_account text, p_winner text, p_loser ${tables.contact_inboxes}, p_at_ms bigint, p_now timestamptz, p_server_ms bigint`,
    returns: 'void',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_winner ${tables.contact_inboxes};
  v_members constant text[] := p_loser.id || array(select x.id from ${tables.contact_inboxes} x where x.account_id = p_account and x.canonical_id = p_loser.id);
  v_theirs text[] := coalesce(p_loser.scopes, array[p_loser.id]);
  v_ours text[];
  v_contact text;
  v_is_turned boolean;
begin
  select * into v_winner from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = p_winner;
  v_ours := coalesce(v_winner.scopes, array[v_winner.id]);
  v_contact := coalesce(v_winner.contact_id, p_loser.contact_id);
  if v_contact <> p_loser.contact_id then
    perform ${fn('join_contacts')}(p_account, v_contact, p_loser.contact_id, p_now);
  end if;

  -- The side with fewer messages is looked up on the other one.
  select coalesce(sum(c.last_seq) filter (where c.contact_inbox_id = any (v_members)), 0) > coalesce(sum(c.last_seq) filter (where c.contact_inbox_id = v_winner.id), 0)
  into v_is_turned from ${tables.conversations} c where c.account_id = p_account and c.contact_inbox_id = any (v_members || v_winner.id);

  -- Of two active conversations the winner's stays. The other one is closed as it is, before it becomes the winner's.
  update ${tables.conversations} c set status = 'closed', closed_at = p_now, status_changed_at = p_now, snoozed_until = null
  where c.account_id = p_account and c.oa_id = p_loser.oa_id and c.customer_id = p_loser.customer_id and c.status <> 'closed'
    and (select true from ${tables.conversations} a
      where a.account_id = p_account and a.oa_id = v_winner.oa_id and a.customer_id = v_winner.customer_id and a.status <> 'closed' limit 1);
  update ${tables.conversations} c set contact_inbox_id = v_winner.id, customer_id = v_winner.customer_id, contact_id = coalesce(v_contact, c.contact_id)
  where c.account_id = p_account and c.contact_inbox_id = any (v_members);

  update ${tables.contact_inboxes} x set canonical_id = v_winner.id, contact_id = v_contact, scopes = null, identities = null
  where x.account_id = p_account and x.id = any (v_members);
  if (select true from ${tables.messages} m where m.account_id = p_account and m.contact_inbox_id = any (v_theirs) limit 1) is null
    and (select true from ${tables.contact_interaction_events} e where e.account_id = p_account and e.contact_inbox_id = any (v_theirs) limit 1) is null then
    v_theirs := '{}';
  end if;
  update ${tables.contact_inboxes} x set
    contact_id = v_contact,
    channel = case when x.channel = 'api' then p_loser.channel else x.channel end,
    scopes = case when v_theirs = '{}' then x.scopes else v_ours || array(select s.id from unnest(v_theirs) with ordinality s(id, n) where s.id <> all (v_ours) order by s.n) end,
    identities = ${fn('sorted_identities')}(${identitiesOf('x', 'p_at_ms')} || ${identitiesOf('p_loser', 'p_at_ms')})
  where x.account_id = p_account and x.id = v_winner.id;

  if not ${isChatScoped("coalesce(nullif(v_winner.channel, 'api'), p_loser.channel)")} then
    perform ${fn('join_stored')}(p_account, v_winner.id, p_loser.id, v_ours, array(select s.id from unnest(v_theirs) s(id) where s.id <> all (v_ours)), v_is_turned, p_now, p_server_ms);
  end if;
end
`,
  }
}
