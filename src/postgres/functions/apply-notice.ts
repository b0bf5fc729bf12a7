import type { Names } from '../names.js'
import { milliseconds } from './expressions/identities.js'
import { changedMs, isCurrent, namedIds, phone, preferred, userId } from './expressions/named-ids.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `apply_notice(account, oa, event, at, created, now, server_ms)`: applies an `identity_change`: the person who had the
 * previous ids has the current ones now. Ids that changed later than the notice are left as they are. A current id that
 * somebody else has, of whom more is known, is left to them. Returns whether anything changed, and the conversations
 * that were changed.
 */
export function applyNotice(names: Names): SqlFunction {
  const { fn, tables } = names
  const ofKind = (list: string, kind: string) => `${list} @> jsonb_build_array(jsonb_build_object('kind', ${kind}))`
  const has = (list: string, id: string) => `${list} @> jsonb_build_array(jsonb_build_object('id', ${id}))`
  const left = (list: string) => `coalesce((select jsonb_agg(jsonb_build_object('id', n.id, 'kind', n.kind) order by n.ord)
    from ${namedIds(names, list)} n where coalesce(${changedMs('n.entry')} <= v_at_ms, true)), '[]')`
  const state = `(select jsonb_agg(jsonb_build_array(n.id, n.head_id, n.entry) order by n.ord) from ${namedIds(names, "(p_event->'previous' || (p_event->'current'))")} n)`
  return {
    name: 'apply_notice',
    parameters:
      'p_account text, p_oa text, p_event jsonb, p_at timestamptz, p_created text[], p_now timestamptz, p_server_ms bigint, out is_applied boolean, out changed text[]',
    returns: null,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_at_ms constant bigint := ${milliseconds('p_at')};
  v_before constant jsonb := ${state};
  v_current jsonb := ${left("(p_event->'current')")};
  v_previous jsonb := ${left("(p_event->'previous')")};
  v_base text[];
  v_kinds text[];
  v_taken text[];
  v_head text;
  v_retires boolean;
  v_name text;
begin
  is_applied := false;
  changed := '{}';
  v_previous := coalesce((select jsonb_agg(e) from jsonb_array_elements(v_previous) e where not ${has('v_current', "e->'id'")}), '[]');
  if v_previous || v_current = '[]' then
    return;
  end if;
  v_base := array(select n.head_id from ${namedIds(names, 'v_previous')} n);
  if v_base = '{}' then
    v_base := array(select n.head_id from ${namedIds(names, 'v_current')} n order by n.head_id = any (p_created), n.head_created_at, n.head_id limit 1);
  end if;

  -- What the person has in any case, by which somebody else who has another id of the same kind is told from them.
  v_kinds := array(select e->>'kind' from jsonb_array_elements(v_current) e where e->>'kind' is not null
    union select e->>'kind' from ${tables.contact_inboxes} h cross join jsonb_array_elements(h.identities) e
    where h.account_id = p_account and h.id = any (v_base) and ${isCurrent('e')} and e->>'kind' is not null and not ${has('v_previous', "e->'id'")});
  v_current := coalesce((select jsonb_agg(jsonb_build_object('id', n.id, 'kind', n.kind) order by n.ord) from ${namedIds(names, 'v_current')} n
    where n.head_id = any (v_base) or not ${isCurrent('n.entry')} or not exists (
      select from ${tables.contact_inboxes} h cross join jsonb_array_elements(h.identities) e
      where h.account_id = p_account and h.id = any (array[n.head_id]) and ${isCurrent('e')} and e->>'kind' = any (v_kinds) and not ${has('v_current', "e->'id'")})), '[]');
  v_taken := array(select n.id from ${namedIds(names, 'v_current')} n where n.head_id <> all (v_base) and not ${isCurrent('n.entry')});

  select j.head, j.changed into v_head, changed
  from ${fn('join_named')}(p_account, p_oa, v_previous || v_current, v_taken, p_created, (v_previous || v_current)->0->>'id', p_at, p_now, p_server_ms) j;
  perform ${fn('note_identities')}(p_account, v_head, v_previous || v_current, v_at_ms, false);

  -- A user id is made anew when the number changes, so without a current number the former ones are given up.
  select not ${ofKind('v_current', `'${phone}'`)} and ${ofKind('v_current', `'${userId}'`)}
      and exists (select from jsonb_array_elements(h.identities) e where e->>'kind' = '${userId}' and ${isCurrent('e')} and (e->>'since')::bigint <= v_at_ms and not ${has('v_current', "e->'id'")})
  into v_retires from ${tables.contact_inboxes} h where h.account_id = p_account and h.id = v_head;
  update ${tables.contact_inboxes} h set identities = (
    select jsonb_agg(case
        when not ${isCurrent('e')} then e
        when ${has('v_current', "e->'id'")} then (e - 'disputed_since') || jsonb_build_object('former_since', (
          select min((l->>'since')::bigint) from jsonb_array_elements(h.identities) l
          where l->>'kind' = e->>'kind' and ${isCurrent('l')} and (l->>'since')::bigint > v_at_ms and not ${has('v_current', "l->'id'")}))
        when ${has('v_previous', "e->'id'")}
          or (e->>'since')::bigint <= v_at_ms and (${ofKind('v_current', "e->'kind'")} and e->>'kind' is not null or e->>'kind' = '${phone}' and v_retires)
          then (e - 'disputed_since') || jsonb_build_object('former_since', v_at_ms)
        else e end order by i.n)
    from jsonb_array_elements(h.identities) with ordinality i(e, n))
  where h.account_id = p_account and h.id = v_head;

  select e->>'id' into v_name from ${tables.contact_inboxes} h cross join jsonb_array_elements(h.identities) e
  where h.account_id = p_account and h.id = v_head and ${isCurrent('e')}
    and exists (select from jsonb_array_elements(h.identities) o where o->>'id' = h.customer_id and not ${isCurrent('o')})
  order by ${preferred("e->>'kind'")}, (e->>'since')::bigint, e->>'id' limit 1;
  if v_name is not null then
    changed := changed || ${fn('rename_head')}(p_account, v_head, v_name);
  end if;
  is_applied := v_before <> ${state};
end
`,
  }
}
