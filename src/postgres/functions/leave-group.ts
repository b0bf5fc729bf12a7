import type { Names } from '../names.js'
import { activeOf } from './expressions/conversations.js'
import { identitiesOf } from './expressions/identities.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `leave_group(account, oa, id)`: takes a former id off the list of its group, because another person has it now. What
 * was said under it stays there. A head that still goes by the id gets another of its names first, so that the row of
 * the id is an alias, which the caller points at its new head. Returns the conversations that were changed.
 */
export function leaveGroup(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'leave_group',
    parameters: 'p_account text, p_oa text, p_id text',
    returns: 'text[]',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_head text;
  v_renamed text[];
begin
  select coalesce(x.canonical_id, x.id) into v_head from ${tables.contact_inboxes} x
  where x.account_id = p_account and x.oa_id = p_oa and x.customer_id = p_id limit 1;
  v_renamed := ${fn('rename_head')}(p_account, v_head);
  update ${tables.contact_inboxes} x set identities = (
    select jsonb_agg(e order by n) from jsonb_array_elements(${identitiesOf('x')}) with ordinality i(e, n) where e->>'id' <> p_id)
  where x.account_id = p_account and x.id = v_head;
  return v_renamed || ${activeOf(names, 'array[v_head]')};
end
`,
  }
}
