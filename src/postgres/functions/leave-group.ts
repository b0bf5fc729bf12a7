import type { Names } from '../names.js'
import { activeOf } from './expressions/conversations.js'
import { identitiesOf } from './expressions/identities.js'
import { intoContactInboxes } from './expressions/people.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `leave_group(account, oa, id, operation, now)`: takes a former id off the list of its group, because another person
 * has it now. What was said under it stays there. A head that still goes by the id gets another of its names first, so
 * that the row of the id is an alias, which the caller points at its new head. A row under which something of the group
 * may be stored, or which tells who had the id before, stays with the group, and the id gets another row: whoever has
 * the id next would otherwise share what is stored with them. Returns the conversations that were changed.
 */
export function leaveGroup(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'leave_group',
    parameters: 'p_account text, p_oa text, p_id text, p_operation text, p_now timestamptz',
    returns: 'text[]',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_head text;
  v_renamed text[];
  v_row text;
begin
  select coalesce(x.canonical_id, x.id) into v_head from ${tables.contact_inboxes} x
  where x.account_id = p_account and x.oa_id = p_oa and x.customer_id = p_id limit 1;
  v_renamed := ${fn('rename_head')}(p_account, v_head);
  update ${tables.contact_inboxes} x set identities = (
    select jsonb_agg(e order by n) from jsonb_array_elements(${identitiesOf('x')}) with ordinality i(e, n) where e->>'id' <> p_id)
  where x.account_id = p_account and x.id = v_head;
  select o.id into v_row from ${tables.contact_inboxes} o, ${tables.contact_inboxes} h
  where o.account_id = p_account and o.oa_id = p_oa and o.customer_id = p_id and h.account_id = p_account and h.id = o.canonical_id and (o.previous_head_id is not null or o.id = any (h.scopes));
  if v_row is not null then
    update ${tables.contact_inboxes} x set customer_id = chr(1) || x.id where x.account_id = p_account and x.id = v_row;
    ${intoContactInboxes(names)}
    select p_account, x.id || '.' || p_operation, x.oa_id, p_id, x.contact_id, x.channel, p_now from ${tables.contact_inboxes} x
    where x.account_id = p_account and x.id = v_row;
    update ${tables.contact_inboxes} x set canonical_id = v_head,
      previous_head_id = (select o.id from ${tables.contact_inboxes} o where o.account_id = p_account and o.id = v_row and o.previous_head_id is not null)
    where x.account_id = p_account and x.id = v_row || '.' || p_operation;
  end if;
  return v_renamed || ${activeOf(names, 'array[v_head]')};
end
`,
  }
}
