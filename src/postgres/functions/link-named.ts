import type { Names } from '../names.js'
import { milliseconds } from './expressions/identities.js'
import { isCurrent, namedIds, phone, userId } from './expressions/named-ids.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `link_named(account, oa, customer, given, at, is_receipt, created, now, server_ms)`: links the ids by which one
 * payload names one person, if it may (`evidence_of`). Returns the outcome, the customer id under which the payload's
 * events belong, the ids that were not linked because somebody else has them, and the conversations that were changed.
 */
export function linkNamed(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'link_named',
    parameters:
      'p_account text, p_oa text, p_customer text, p_given jsonb, p_at timestamptz, p_is_receipt boolean, p_created text[], p_now timestamptz, p_server_ms bigint, out outcome text, out customer_id text, out conflicts jsonb, out changed text[]',
    returns: null,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_at_ms constant bigint := ${milliseconds('p_at')};
  v_evidence record;
  v_head text;
  v_route text := p_customer;
begin
  select * into v_evidence from ${fn('evidence_of')}(p_account, p_oa, p_given, v_at_ms, p_is_receipt);
  outcome := v_evidence.verdict;
  conflicts := '[]';
  changed := '{}';
  if outcome = 'conflict' then
    -- A number can be given to somebody else, and a user id can't.
    select coalesce(min(n.id) filter (where n.kind = '${userId}'), p_customer) into v_route from ${namedIds(names, 'p_given')} n;
    select n.head_id into v_head from ${namedIds(names, "jsonb_build_array(jsonb_build_object('id', v_route))")} n;
    select coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'kind', n.kind) order by n.ord), '[]') into conflicts
    from ${namedIds(names, 'p_given')} n where n.head_id <> v_head or not ${isCurrent('n.entry')};
    update ${tables.contact_inboxes} h set identities = (
      select jsonb_agg(case when e->>'kind' = '${phone}' and ${isCurrent('e')} and (e->>'since')::bigint < v_at_ms
          and p_given @> jsonb_build_array(jsonb_build_object('id', e->'id'))
        then e || jsonb_build_object('disputed_since', greatest((e->>'disputed_since')::bigint, v_at_ms)) else e end order by i.n)
      from jsonb_array_elements(h.identities) with ordinality i(e, n))
    where h.account_id = p_account and h.identities is not null and not p_is_receipt and h.id = any (array(
      select n.head_id from ${namedIds(names, 'p_given')} n where n.kind = '${phone}' and n.head_id <> v_head));
  elsif outcome = 'link' then
    outcome := 'linked';
    select j.head, j.changed into v_head, changed
    from ${fn('join_named')}(p_account, p_oa, p_given, v_evidence.taken, p_created, p_customer, p_at, p_now, p_server_ms) j;
    perform ${fn('note_identities')}(p_account, v_head, p_given, v_at_ms, p_is_receipt);
  end if;
  customer_id := v_route;
end
`,
  }
}
