import type { Names } from '../names.js'
import { activeOf, publicState } from './expressions/conversations.js'
import { markChanged } from './expressions/identities.js'
import { greaterWatermark } from './expressions/people.js'
import { isChatScoped } from './expressions/scopes.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `link_people(account, kept, lost, operation, now, server_ms)`: makes the customers of two conversations one person,
 * once the merge of the operation has made the conversations one: src/model/planning/link-people.ts has the rules. The
 * two rows are those from before the merge, and the head of the kept one's customer stays. What parting the two needs
 * is kept with the merge. The caller holds the locks of both heads, and counts the change of the kept conversation.
 */
export function linkPeople(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'link_people',
    parameters: `p_account text, k ${tables.conversations}, l ${tables.conversations}, p_operation text, p_now timestamptz, p_server_ms bigint`,
    returns: 'void',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  h ${tables.contact_inboxes};
  o ${tables.contact_inboxes};
  v_locked text[];
  v_before jsonb;
  v_links jsonb;
begin
  select * into h from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = k.contact_inbox_id;
  select * into o from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = l.contact_inbox_id;
  select array_agg(wanted.id) into v_locked
  from (select c.id from ${tables.conversations} c where c.account_id = p_account and c.contact_inbox_id = any (array[h.id, o.id]) and c.id <> k.id order by c.id) wanted
  cross join lateral (select 1 from ${tables.conversations} x where x.account_id = p_account and x.id = wanted.id for no key update) held;
  select jsonb_object_agg(c.id, ${publicState('c')}) into v_before from ${tables.conversations} c where c.account_id = p_account and c.id = any (v_locked);
  select n.links into v_links from ${fn('link_heads')}(p_account, h.id, o.id, p_operation, p_now) n;
  update ${tables.conversation_merges} r set links = v_links || jsonb_build_object('last_event_seq', k.last_event_seq + l.last_event_seq)
  where r.account_id = p_account and r.id = p_operation;
  update ${tables.contact_inboxes} x set ${greaterWatermark('x', 'o', 'delivered_up_to')}, ${greaterWatermark('x', 'o', 'read_up_to')}
  where x.account_id = p_account and x.id = h.id;
  if not (${isChatScoped('h.channel')} or ${isChatScoped('o.channel')}) then
    perform ${fn('settle_group')}(p_account, h.id, p_now, p_server_ms);
  end if;
  v_locked := array(select c.id from ${tables.conversations} c where c.account_id = p_account and c.id = any (v_locked) and v_before->c.id <> ${publicState('c')})
    || array_remove(${activeOf(names, 'array[h.id]')}, k.id);
  ${markChanged(names, 'v_locked')};
end
`,
  }
}
