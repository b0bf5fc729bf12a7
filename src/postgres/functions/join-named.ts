import type { Names } from '../names.js'
import { namedIds } from './expressions/named-ids.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `join_named(account, oa, given, taken, created, first, at, now, server_ms)`: makes one group of the groups of the
 * given ids, into which those that are `taken` are moved from theirs. The oldest head stays. Rows that this call has
 * `created` are no heads yet: if all of them are, the row of the id `first` becomes it. Returns the head, and the
 * conversations that were changed.
 */
export function joinNamed(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'join_named',
    parameters:
      'p_account text, p_oa text, p_given jsonb, p_taken text[], p_created text[], p_first text, p_at timestamptz, p_now timestamptz, p_server_ms bigint, out head text, out changed text[]',
    returns: null,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_heads text[];
  v_id text;
begin
  select array_agg(h.head_id order by h.is_new, h.is_first desc, h.head_created_at, h.head_id) into v_heads from (
    select n.head_id, n.head_created_at, n.head_id = any (p_created) as is_new, n.head_id = any (p_created) and bool_or(n.id = p_first) as is_first
    from ${namedIds(names, 'p_given')} n where n.id <> all (p_taken) group by n.head_id, n.head_created_at) h;
  head := v_heads[1];
  changed := '{}';
  if cardinality(v_heads) > 1 then
    changed := ${fn('join_groups')}(p_account, head, v_heads[2:], p_at, p_now, p_server_ms);
  end if;
  foreach v_id in array p_taken loop
    changed := changed || ${fn('take_over')}(p_account, (select x.id from ${tables.contact_inboxes} x
      where x.account_id = p_account and x.oa_id = p_oa and x.customer_id = v_id limit 1), head, p_at, p_now, p_server_ms);
  end loop;
end
`,
  }
}
