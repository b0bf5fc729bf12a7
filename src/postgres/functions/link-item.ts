import type { Names } from '../names.js'
import { namedIds } from './expressions/named-ids.js'
import { marks } from './expressions/operations.js'
import { isChatScoped } from './expressions/scopes.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `link_item(account, item, operation, created, now, server_ms)`: applies what an item says about ids, before its
 * events are looked at: first its notices, in order, and then that its identities are one person's. Returns the item as
 * it is to be written: with the customer id to whom its events belong, with the outcomes of the notices, and with the
 * scopes in which its events are known as well. An item that was written before, or that brings only known events,
 * links nothing.
 */
export function linkItem(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'link_item',
    parameters:
      'p_account text, p_item jsonb, p_operation text, p_created text[], p_now timestamptz, p_server_ms bigint, out item jsonb, out conflicts jsonb, out changed text[]',
    returns: null,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  p_oa constant text := p_item->>'oa_id';
  v_customer constant text := p_item->>'customer_id';
  v_events constant jsonb := coalesce(nullif(p_item->'events', 'null'), '[]');
  v_given constant jsonb := coalesce(nullif(p_item->'identities', 'null'), '[]');
  v_all constant jsonb := v_given || jsonb_build_array(jsonb_build_object('id', v_customer));
  v_event record;
  v_applied record;
  v_linked record;
  v_scopes text[];
  v_knower text;
  v_at timestamptz(3);
begin
  item := p_item - 'identities';
  conflicts := '[]';
  changed := '{}';
  if exists (select from ${tables.conversations} c where c.account_id = p_account
      and c.contact_inbox_id = any (array(select n.head_id from ${namedIds(names, 'v_all')} n)) and not ${marks.unseen('c.operations', 'p_operation')}) then
    return;
  end if;

  for v_event in select e.event, e.n from jsonb_array_elements(v_events) with ordinality e(event, n) where e.event->>'type' = 'identity_change' loop
    select a.is_applied, a.changed into v_applied from ${fn('apply_notice')}(p_account, p_oa, v_event.event,
      least(p_now, coalesce((v_event.event->>'occurred_at')::timestamptz, p_now)), p_created, p_now, p_server_ms) a;
    changed := changed || v_applied.changed;
    item := jsonb_set(item, array['events', (v_event.n - 1)::text, 'outcome'], to_jsonb(case when v_applied.is_applied then 'applied' else 'unchanged' end));
  end loop;
  if v_given = '[]' then
    return;
  end if;

  v_scopes := array(select distinct s from ${namedIds(names, 'v_all')} n
    cross join lateral (select h.channel, h.scopes from ${tables.contact_inboxes} h where h.account_id = p_account and h.id = any (array[n.head_id]) limit 1) h
    cross join lateral unnest(case when ${isChatScoped('h.channel')} then array[n.own_id] else coalesce(h.scopes, array[n.head_id]) end) s);
  if ${fn('knows_all')}(p_account, v_scopes, v_events) then
    -- The events stay with whoever has them, even if the customer's id is somebody else's by now.
    select n.id into v_knower from ${namedIds(names, 'v_all')} n
    cross join lateral (select h.scopes from ${tables.contact_inboxes} h where h.account_id = p_account and h.id = any (array[n.head_id]) limit 1) h
    where ${fn('knows_all')}(p_account, coalesce(h.scopes, array[n.head_id]) || n.own_id, v_events)
    order by n.id <> v_customer, n.ord limit 1;
    item := item || jsonb_build_object('customer_id', coalesce(v_knower, v_customer), 'known_scopes', v_scopes);
    return;
  end if;
  select coalesce(max(o.at) filter (where o.type in ('message', 'postback', 'identity_change')), max(o.at), p_now) into v_at
  from (select e->>'type' as type, least(p_now, coalesce((e->>'occurred_at')::timestamptz, p_now)) as at from jsonb_array_elements(v_events) e) o;
  select * into v_linked from ${fn('link_named')}(p_account, p_oa, v_customer, v_given, v_at,
    v_events <> '[]' and not v_events @? '$[*] ? (@.type != "receipt" && @.type != "watermark")', p_created, p_now, p_server_ms);
  changed := changed || v_linked.changed;
  conflicts := v_linked.conflicts;
  item := item || jsonb_build_object('customer_id', v_linked.customer_id);
  if v_linked.outcome in ('conflict', 'stale') then
    item := item || jsonb_build_object('known_scopes', v_scopes);
  end if;
end
`,
  }
}
