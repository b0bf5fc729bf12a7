import type { Names } from '../names.js'
import { databaseMilliseconds } from '../operation-marks.js'
import { lockConversations } from './expressions/bulk-locks.js'
import { canonicalInbox, ownInbox } from './expressions/contact-inbox-look-up.js'
import { publicDocument } from './expressions/conversations.js'
import { markChanged } from './expressions/identities.js'
import { marks, operationOfItem } from './expressions/operations.js'
import { removeUnused } from './expressions/people.js'
import { scopesOf } from './expressions/scopes.js'
import { payloadNow } from './expressions/times.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `upsert_linking(payload, operation, arrived_ms)`: a bulk in which an item says about ids what is not stored yet. It
 * locks the heads of all ids that any item names, and then writes item by item: an earlier item's message must not go
 * to the person whom a later one makes of its sender. If an item fails, what it has linked is undone with it.
 */
export function upsertLinking(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'upsert_linking',
    parameters: 'payload jsonb, p_operation_id text, p_arrived_ms bigint',
    returns: 'json',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  p_account constant text := payload->>'account_id';
  v_items constant jsonb := payload->'conversations';
  v_count constant integer := jsonb_array_length(v_items);
  v_is_atomic constant boolean := coalesce((payload->>'atomic')::boolean, true);
  p_now timestamptz(3) := ${payloadNow};
  p_server_ms bigint;
  p_operation text;
  v_context jsonb;
  v_oas text[];
  v_customers text[];
  v_given text[];
  v_usernames text[];
  v_created text[];
  v_locked text[];
  v_item record;
  v_linked record;
  v_written jsonb;
  v_conversation ${tables.conversations};
  v_results json[] := array_fill(null::json, array[v_count]);
begin
  select array_agg(i.item->>'oa_id' order by i.n, x.n), array_agg(x.id order by i.n, x.n),
         array_agg(x.given order by i.n, x.n), array_agg(x.username order by i.n, x.n)
  into v_oas, v_customers, v_given, v_usernames
  from jsonb_array_elements(v_items) with ordinality i(item, n)
  cross join lateral (
    select i.item->>'customer_id' as id, i.item->>'contact_inbox_id' as given, i.item->>'username_key' as username, 0 as n
    union all
    select e->>'id', i.item->'contact_inbox_ids'->>(k - 1)::integer, null, 1 from jsonb_array_elements(nullif(i.item->'identities', 'null')) with ordinality as named(e, k)
    where e->>'id' <> i.item->>'customer_id'
    union all
    select named.e->>'id', v.event->'contact_inbox_ids'->>(named.k - 1)::integer, null, 2 from jsonb_path_query(i.item, '$.events[*] ? (@.type == "identity_change")') v(event)
    cross join lateral jsonb_array_elements(coalesce(nullif(v.event->'previous', 'null'), '[]') || (v.event->'current')) with ordinality named(e, k)
    where named.e->>'id' <> i.item->>'customer_id') x;
  v_created := ${fn('lock_named')}(p_account, v_oas, v_customers, v_given, v_usernames, p_now);

  p_now := ${payloadNow};
  p_server_ms := ${databaseMilliseconds};
  v_context := jsonb_build_object('account_id', p_account, 'operation_id', p_operation_id, 'now', p_now,
    'arrived_ms', p_arrived_ms, 'server_ms', p_server_ms, 'resent_after', payload->'resent_after',
    'default_on_closed', coalesce(payload->'default_on_closed', '"new"'::jsonb), 'is_bulk', v_count > 1);
  for v_item in select i.item, i.n::integer as ord, ${operationOfItem("i.item->>'operation_id'", 'p_operation_id', 'v_count > 1', 'i.n')} as operation
    from jsonb_array_elements(v_items) with ordinality i(item, n)
  loop
    p_operation := v_item.operation;
    if v_item.item @? '$.events[*]' then
      perform ${fn('drop_overdue')}(p_account, ${scopesOf('h', 'o.id')}, p_now)
      from (select v_item.item->>'oa_id' as oa_id, v_item.item->>'customer_id' as customer_id) c
      cross join lateral (${ownInbox(tables, 'c')}) o cross join lateral (${canonicalInbox(tables, 'o')}) h;
    end if;
    begin
      select l.item, l.conflicts, l.changed into v_linked from ${fn('link_item')}(p_account, v_item.item, p_operation, v_created, p_now, p_server_ms) l;
      v_oas := array[v_linked.item->>'oa_id'];
      v_customers := array[v_linked.item->>'customer_id'];
      v_usernames := array[v_linked.item->>'username_key'];
      ${lockConversations(names)}
      select r into v_written from ${fn('write_round')}(v_context || jsonb_build_object('created', to_jsonb(v_created)), jsonb_build_array(v_linked.item), array[v_item.ord]) r;
      if v_written->'failure' is not null then
        raise exception 'the item fails' using errcode = 'CS003';
      end if;
      if v_written->>'outcome' <> 'duplicate' then
        -- The customer is known from here on, even if nothing was written under their id.
        v_created := array(select c.id from unnest(v_created) c(id) where c.id is distinct from (select o.id from ${tables.contact_inboxes} o
          where o.account_id = p_account and o.oa_id = v_oas[1] and o.customer_id = v_customers[1] limit 1));
      end if;
      -- What the link changed counts as one change together with what the item wrote.
      if v_linked.changed <> '{}' then
        ${markChanged(names, 'v_linked.changed')};
        if v_written->'conversation'->>'id' = any (v_linked.changed) then
          select * into v_conversation from ${tables.conversations} c where c.account_id = p_account and c.id = v_written->'conversation'->>'id';
          v_written := v_written || jsonb_build_object('conversation', ${publicDocument(names, 'to_jsonb(v_conversation)')},
            'outcome', case when v_written->>'outcome' in ('unchanged', 'duplicate', 'updated')
              then ${marks.outcome('v_conversation.operations', 'p_operation')} else v_written->>'outcome' end);
        end if;
      end if;
      v_results[v_item.ord] := ((v_written - '{ord,wrote}'::text[]) || jsonb_build_object('conflicts', v_linked.conflicts))::json;
    exception when sqlstate 'CS003' then
      if v_is_atomic then
        raise exception '%', v_written->'failure'->>'code' using errcode = 'CS001', detail = (v_written->'failure')::text;
      end if;
      v_results[v_item.ord] := (v_written - '{ord}'::text[])::json;
    end;
  end loop;
  ${removeUnused(names)}
  return to_json(v_results);
end
`,
  }
}
