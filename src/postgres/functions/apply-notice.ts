import type { Names } from '../names.js'
import { activeOf } from './expressions/conversations.js'
import { identitiesOf, milliseconds } from './expressions/identities.js'
import { isCurrent, isNewId, namedIds, userId } from './expressions/named-ids.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `apply_notice(account, oa, event, at, channel, created, operation, now, server_ms)`: applies an `identity_change`:
 * the person who had the previous ids has the current ones now. It is the rule of
 * src/model/planning/change-identities.ts. Returns whether anything changed, and the conversations of whose customers
 * something is known anew.
 */
export function applyNotice(names: Names): SqlFunction {
  const { fn, tables } = names
  const named = (list: string) =>
    `jsonb_to_recordset(${list}) as n(id text, kind text, ord bigint, head_id text, head_created_at timestamptz, mark jsonb)`
  const current = (heads: string) => `(select e->>'id' as id, e->>'kind' as kind, h.id as head_id from ${tables.contact_inboxes} h
      cross join jsonb_array_elements(${identitiesOf('h')}) e where h.account_id = p_account and h.id = any (${heads}) and ${isCurrent('e')})`
  const list = (part: string, isOpen: string) => `(select coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'kind', n.kind, 'ord', n.ord) ||
        case when n.is_new then '{}' else jsonb_build_object('head_id', n.head_id, 'head_created_at', n.head_created_at, 'mark', n.mark) end order by n.ord), '[]')
      from (select n.*, ${isNewId(names, 'n.own_id')} as is_new from ${namedIds(names, `coalesce(nullif(p_event->'${part}', 'null'), '[]')`)} n) n
      where n.is_new or ${isOpen})`
  const isOver = (time: string) => `coalesce((n.mark->>'${time}')::bigint <= v_at_ms, true)`
  const isTold = "(n.mark->>'moved_at' is not null or n.mark->>'former_since' is not null)"
  // Whether the notice names other user ids than those of the person who has an id.
  const isStrangers = `(v_users <> '{}' and coalesce((select not bool_or(e->>'id' = any (v_users)) from ${tables.contact_inboxes} h
        cross join jsonb_array_elements(${identitiesOf('h')}) e where h.account_id = p_account and h.id = n.head_id and e->>'kind' = '${userId}'), false))`
  // Where the ids lead and what is known of them, to be compared.
  const state = `(select jsonb_agg(jsonb_build_array(n.id, case when not ${isNewId(names, 'n.own_id')} then jsonb_build_array(n.head_id, n.mark) end) order by n.ord)
      from ${namedIds(names, 'v_given')} n)`
  return {
    name: 'apply_notice',
    parameters: `p_account text, p_oa text, p_event jsonb, p_at timestamptz, p_channel text, p_created text[], p_operation text,
  p_now timestamptz, p_server_ms bigint, out is_applied boolean, out changed text[]`,
    returns: null,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_variable
declare
  v_at_ms constant bigint := ${milliseconds('p_at')};
  v_users constant text[] := array(select e->>'id' from jsonb_array_elements(coalesce(nullif(p_event->'previous', 'null'), '[]') || (p_event->'current')) e where e->>'kind' = '${userId}');
  v_current jsonb := ${list('current', `n.kind = '${userId}' or ${isOver('moved_at')}`)};
  v_previous jsonb := ${list('previous', `${isOver('since')} and ${isOver('moved_at')} and not ${isStrangers}`)};
  v_holders text[];
  v_retired text[];
  v_base text[];
  v_kinds text[];
  v_base_ids text[];
  v_brought text[];
  v_taken text[];
  v_heads text[];
  v_given jsonb;
  v_before jsonb;
  v_head text;
begin
  is_applied := false;
  changed := '{}';
  v_previous := (select coalesce(jsonb_agg(e), '[]') from jsonb_array_elements(v_previous) e where not v_current @> jsonb_build_array(jsonb_build_object('id', e->'id')));
  -- One without a time may be an old one that comes again, so it moves back nothing that has moved since.
  v_holders := array(select distinct n.head_id from ${named('v_current')} where n.head_id is not null);
  if p_event->>'occurred_at' is null and p_event @? '$.previous[*]' and cardinality(v_holders) = 1
      and not exists (select from ${named('v_current')} where n.head_id is null or not ${isTold})
      and not exists (select from ${named('v_previous')}
        where n.head_id is not null and (not ${isTold} or n.head_id = any (v_holders) and ${isCurrent('n.mark')})) then
    return;
  end if;
  v_base := array(select distinct n.head_id from ${named('v_previous')} where n.head_id is not null);
  v_retired := array(select n.id from ${named('v_previous')});

  -- A current id that somebody else has, of whom more is known than the id, stays theirs. A user id is nobody else's.
  v_kinds := array(select n.kind from ${named('v_current')} union select k.kind from ${current('v_base')} k where k.kind is not null and k.id <> all (v_retired));
  v_current := (select coalesce(jsonb_agg(to_jsonb(n)), '[]') from ${named('v_current')}
    where n.kind = '${userId}' or v_base = '{}' or n.head_id is null or n.head_id = any (v_base) or not ${isCurrent('n.mark')} or not exists (
      select from ${current('array[n.head_id]')} k where k.kind = any (v_kinds) and not v_current @> jsonb_build_array(jsonb_build_object('id', k.id))));
  if v_current = '[]' and v_base = '{}' then
    return;
  end if;
  v_taken := array(select n.id from ${named('v_current')} where n.head_id <> all (v_base) and (n.mark->>'former_since')::bigint <= v_at_ms
    and exists (select from ${current('array[n.head_id]')} k) order by n.ord);
  v_heads := array(select n.head_id from ${named('v_previous || v_current')} where n.head_id is not null and n.id <> all (v_taken)
    group by n.head_id, n.head_created_at order by n.head_created_at, n.head_id);
  -- The kinds of which the current user id brings its own ids replace those of the person who had the previous ids.
  v_brought := array(select distinct k.kind from ${current('v_heads')} k where k.kind is not null and k.head_id <> all (v_base)
    and exists (select from ${named('v_current')} where n.kind = '${userId}' and n.head_id = k.head_id));
  v_base_ids := array(select e->>'id' from ${tables.contact_inboxes} h cross join jsonb_array_elements(${identitiesOf('h')}) e
    where h.account_id = p_account and h.id = any (v_base));
  if exists (select from (
      select k.id, k.kind from ${current('v_heads')} k where k.id <> all (v_retired) and not v_current @> jsonb_build_array(jsonb_build_object('kind', k.kind))
        and not (k.id = any (v_base_ids) and k.kind = any (v_brought))
      union
      select n.id, n.kind from ${named('v_current')}) x
      where x.kind is not null group by x.kind having count(distinct x.id) > 1) then
    return;
  end if;

  v_given := (select jsonb_agg(jsonb_build_object('id', e->'id', 'kind', e->'kind') order by i.n) from jsonb_array_elements(v_current || v_previous) with ordinality i(e, n));
  v_before := ${state};
  select j.head, j.changed into v_head, changed from ${fn('join_named')}(p_account, p_oa, v_given->0->>'id', v_given, v_heads, v_taken, p_channel, p_created, p_operation, p_now, p_server_ms) j;
  update ${tables.contact_inboxes} h set identities = ${fn('changed_identities')}(h.identities, v_previous, v_current, v_base_ids, v_brought, v_at_ms, p_operation)
  where h.account_id = p_account and h.id = v_head;
  changed := changed || ${fn('rename_head')}(p_account, v_head);
  is_applied := v_before <> ${state};
  if is_applied then
    update ${tables.conversations} c set is_linked = true where c.account_id = p_account and c.contact_inbox_id = v_head and not c.is_linked;
    changed := changed || ${activeOf(names, 'array[v_head]')};
  end if;
end
`,
  }
}
