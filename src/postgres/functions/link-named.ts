import type { Names } from '../names.js'
import { activeOf } from './expressions/conversations.js'
import { identitiesOf, milliseconds } from './expressions/identities.js'
import { isCurrent, phone } from './expressions/named-ids.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `link_named(account, oa, customer, given, evidence, at, is_receipt, channel, created, operation, now, server_ms)`:
 * writes what `evidence_of` has found out. Returns the conversations of whose customers something is known anew, whose
 * version the caller raises.
 */
export function linkNamed(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'link_named',
    parameters: `p_account text, p_oa text, p_customer text, p_given jsonb, p_evidence jsonb, p_at timestamptz, p_is_receipt boolean,
  p_channel text, p_created text[], p_operation text, p_now timestamptz, p_server_ms bigint`,
    returns: 'text[]',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_at_ms constant bigint := ${milliseconds('p_at')};
  v_disputed constant text[] := array(select jsonb_array_elements_text(p_evidence->'disputed'));
  v_taken constant text[] := array(select jsonb_array_elements_text(p_evidence->'taken'));
  v_joined record;
begin
  if p_evidence->>'verdict' = 'links' then
    select j.head, j.changed into v_joined from ${fn('join_named')}(p_account, p_oa, p_customer, p_given,
      array(select jsonb_array_elements_text(p_evidence->'heads')), v_taken, p_channel, p_created, p_operation, p_now, p_server_ms) j;
    perform ${fn('note_identities')}(p_account, v_joined.head, p_given, v_taken, v_at_ms, p_is_receipt, p_operation);
    return v_joined.changed || ${activeOf(names, 'array[v_joined.head]')};
  elsif v_disputed <> '{}' then
    update ${tables.contact_inboxes} h set identities = (
      select jsonb_agg(case when ${isCurrent('e')} and p_given @> jsonb_build_array(jsonb_build_object('id', e->'id', 'kind', '${phone}'))
        then e || jsonb_build_object('disputed_since', v_at_ms) else e end order by n)
      from jsonb_array_elements(${identitiesOf('h')}) with ordinality i(e, n))
    where h.account_id = p_account and h.id = any (v_disputed);
    return ${activeOf(names, 'v_disputed')};
  end if;
  return '{}';
end
`,
  }
}
