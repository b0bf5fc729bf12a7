import type { Names } from '../names.js'
import { identitiesOf } from './expressions/identities.js'
import { hasNoRoom, leaveOutDoubles } from './expressions/merged-parts.js'
import { greaterWatermark } from './expressions/people.js'
import { isChatScoped, scopesBeside } from './expressions/scopes.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `join_group(account, winner, loser, is_new, operation, now)`: makes one head an alias of another, with its aliases,
 * its conversations and its contact. What is stored stays where it is: the winner's scopes tell where. `is_new` says
 * that this call has made the loser's row. Nothing is stored under it then, and it is no scope, unless the call itself
 * has told of their other ids. One who was known before is a scope, even if nothing is stored under it any more.
 */
export function joinGroup(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'join_group',
    parameters: 'p_account text, p_winner text, p_loser text, p_is_new boolean, p_operation text, p_now timestamptz',
    returns: 'void',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_winner ${tables.contact_inboxes};
  v_loser ${tables.contact_inboxes};
  v_watched ${tables.contact_inboxes};
  v_contact text;
  v_is_unknown boolean;
  v_kept ${tables.conversations};
  v_lost ${tables.conversations};
  v_merge text;
  v_is_marked boolean;
  v_unread integer;
begin
  select * into v_winner from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = p_winner;
  select * into v_loser from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = p_loser;
  -- What was delivered or read in one chat tells nothing of another one.
  v_watched := case when ${isChatScoped('v_winner.channel')} or ${isChatScoped('v_loser.channel')} then v_winner else v_loser end;
  v_is_unknown := p_is_new and v_loser.identities is null;
  v_contact := ${fn('join_contacts')}(p_account, v_winner.contact_id, v_loser.contact_id, p_now);

  update ${tables.contact_inboxes} x set contact_id = v_contact,
    scopes = case when v_is_unknown then x.scopes else coalesce(x.scopes, array[x.id]) || ${scopesBeside('v_loser', 'x')} end,
    identities = ${identitiesOf('x')} || ${identitiesOf('v_loser')},
    ${greaterWatermark('x', 'v_watched', 'delivered_up_to')}, ${greaterWatermark('x', 'v_watched', 'read_up_to')}
  where x.account_id = p_account and x.id = v_winner.id;
  update ${tables.contact_inboxes} x set canonical_id = v_winner.id, contact_id = v_contact, scopes = null, identities = null
  where x.account_id = p_account and x.id = any (array(
    select v_loser.id
    union all select a.id from ${tables.contact_inboxes} a where a.account_id = p_account and a.canonical_id = v_loser.id
    union all select a.id from ${tables.contact_inboxes} a where a.account_id = p_account and a.canonical_id = v_winner.id and not v_is_unknown));

  -- Of two active conversations the winner's stays, and holds the other one. If it has no room, the other one closes.
  select * into v_kept from ${tables.conversations} c
  where c.account_id = p_account and c.oa_id = v_winner.oa_id and c.customer_id = v_winner.customer_id and c.status <> 'closed';
  select * into v_lost from ${tables.conversations} c
  where c.account_id = p_account and c.oa_id = v_loser.oa_id and c.customer_id = v_loser.customer_id and c.status <> 'closed';
  if v_kept.id is null or v_lost.id is null then
    null;
  elsif ${hasNoRoom('v_kept', 'v_lost')} then
    update ${tables.conversations} c set status = 'closed', closed_at = p_now, status_changed_at = p_now, snoozed_until = null
    where c.account_id = p_account and c.id = v_lost.id;
  else
    -- An operation that makes several merges gives the first of them its own id.
    v_merge := p_operation || case when (select true from ${tables.conversation_merges} r where r.account_id = p_account and r.id = p_operation)
      then '.' || v_lost.id else '' end;
    -- Copies of a third person's messages are hidden. Those that the two themselves have become one message later.
    if v_kept.merged_parts is not null or v_lost.merged_parts is not null then
      select d.is_marked, d.unread into v_is_marked, v_unread from ${fn('mark_doubles')}(p_account, v_kept, v_lost, v_merge, '{}') d;
    end if;
    perform ${fn('hold_conversation')}(p_account, v_kept, v_lost, v_merge, true, 0, p_now);
    if v_is_marked then
      ${leaveOutDoubles(names, 'p_account', 'v_kept.id')};
    end if;
  end if;
  update ${tables.conversations} c set contact_inbox_id = v_winner.id, customer_id = v_winner.customer_id, contact_id = coalesce(v_contact, c.contact_id)
  where c.account_id = p_account and c.contact_inbox_id = any (array[v_winner.id, v_loser.id]);
end
`,
  }
}
