import type { Names } from '../names.js'
import { isCurrent, namedIds, phone, userId } from './expressions/named-ids.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `evidence_of(account, oa, given, at_ms, is_receipt)`: what it means that one payload names one person by all of these
 * ids. `verdict` is `stale` (it is older than a change of one of them, or a receipt, and moves nothing), `conflict`
 * (two people would become one), `unchanged` or `link`. `taken` are the former ids that move to the others' group. The
 * caller holds the locks of all heads, so what it says stays true.
 */
export function evidenceOf(names: Names): SqlFunction {
  const { tables } = names
  // A receipt neither moves an id nor makes a former one current again.
  const returns = `(not ${isCurrent('n.entry')} and (n.entry->>'former_since')::bigint < p_at_ms and not p_is_receipt)`
  return {
    name: 'evidence_of',
    parameters: 'p_account text, p_oa text, p_given jsonb, p_at_ms bigint, p_is_receipt boolean, out verdict text, out taken text[]',
    returns: null,
    attributes: `language plpgsql stable ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_named jsonb[];
  v_heads text[];
  v_is_stale boolean;
begin
  select array_agg(to_jsonb(n)), array_agg(distinct n.head_id) into v_named, v_heads from ${namedIds(names, 'p_given')} n;
  select coalesce(array_agg(n.id), '{}'), coalesce(bool_or(not ${returns}), false) into taken, v_is_stale
  from (select each->>'id' as id, each->'entry' as entry from unnest(v_named) each) n
  where jsonb_typeof(n.entry) = 'object' and not ${isCurrent('n.entry')} and cardinality(v_heads) > 1;
  v_heads := array(select distinct each->>'head_id' from unnest(v_named) each where each->>'id' <> all (taken));
  if v_is_stale or v_heads = '{}' then
    verdict := 'stale';
    taken := '{}';
    return;
  end if;

  if exists (select from (
      select e->>'kind' as kind, e->>'id' as id from ${tables.contact_inboxes} h cross join jsonb_array_elements(h.identities) e
      where h.account_id = p_account and h.id = any (v_heads) and ${isCurrent('e')}
      union
      select case when n.id = any (taken) then n.kind else coalesce(n.entry->>'kind', n.kind) end, n.id
      from (select each->>'id' as id, each->>'kind' as kind, each->'entry' as entry from unnest(v_named) each) n
      where ${isCurrent('n.entry')} or n.id = any (taken) or ${returns}) k
      where k.kind is not null group by k.kind having count(distinct k.id) > 1) then
    verdict := 'conflict';
    taken := '{}';
  elsif cardinality(v_heads) = 1 and taken = '{}' and not exists (
      select from (select each->>'id' as id, each->>'kind' as kind, each->'entry' as entry from unnest(v_named) each) n
      where jsonb_typeof(n.entry) <> 'object' or n.entry->>'kind' is null or ${returns} or ${isCleared('n')}) then
    verdict := 'unchanged';
  else
    verdict := 'link';
  end if;
end
`,
  }

  function isCleared(n: string): string {
    return `(${n}.kind = '${phone}' and (${n}.entry->>'disputed_since')::bigint < p_at_ms and not p_is_receipt
      and exists (select from unnest(v_named) u where u->>'kind' = '${userId}' and jsonb_typeof(u->'entry') = 'object'))`
  }
}
