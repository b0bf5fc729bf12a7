import { limits } from '../../model/limits.js'
import type { Names } from '../names.js'
import { databaseMilliseconds } from '../operation-marks.js'
import { dropVainUsernames, inboxSettings, lockAny, lockPlain, readOwns, requireSameInboxes, sendAgain } from './expressions/bulk-locks.js'
import { placeInRounds, placeWhatIsLeft } from './expressions/bulk-rounds.js'
import { canonicalInbox, ownInbox } from './expressions/contact-inbox-look-up.js'
import { doesRedirect } from './expressions/inbox-redirects.js'
import { bringsEvidence, namesIds } from './expressions/named-ids.js'
import { isCallWithin } from './expressions/payload-limits.js'
import { insertMissing, removeUnused } from './expressions/people.js'
import { isChatScoped, scopesOf } from './expressions/scopes.js'
import { payloadNow } from './expressions/times.js'
import { isId } from './expressions/value-checks.js'
import { waitingLimit } from './expressions/waiting.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

export function bulkUpsertConversationsWithEvents(names: Names): SqlFunction {
  const { fn, tables } = names
  const { batchConversations, batchEvents, idBytes } = limits
  return {
    name: 'bulk_upsert_conversations_with_events',
    parameters: 'payload jsonb',
    returns: 'json',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  p_account text := payload->>'account_id';
  v_items jsonb := payload->'conversations';
  v_count integer;
  p_now timestamptz(3);
  v_arrived_ms bigint := ${databaseMilliseconds};
  v_server_ms bigint;
  v_events bigint;
  v_operation text := coalesce(payload->>'operation_id', ${fn('new_row_id')}());
  v_oas text[];
  v_customers text[];
  v_given text[];
  v_usernames text[];
  v_usernames_given boolean;
  v_names_given boolean;
  v_all_known boolean;
  v_actives text[];
  v_heads ${tables.contact_inboxes}[];
  v_own_ids text[];
  v_locked text[];
  v_is_plain boolean;
  v_written integer;
  v_context jsonb;
  v_rounds integer := 1;
  v_done integer := 0;
  v_each jsonb[];
  v_order integer[];
  v_ends integer[];
  v_runs boolean[];
  v_round_items jsonb;
  v_ords integer[];
  v_created text[];
  v_results json[];
  v_round jsonb;
  v_plain record;
  v_may_fail boolean := false;
  v_failed json;
  v_inboxes text[];
  v_elsewhere json;
begin
  if p_account is null or p_account = '' then
    raise exception 'account_id is required' using errcode = '22023';
  elsif not ${isId('p_account')} or not ${isId('v_operation')} then
    raise exception 'account_id and operation_id: must have 1 to ${idBytes} bytes' using errcode = '23514';
  end if;
  if not (${isCallWithin('payload')}) then
    perform ${fn('require_call')}(payload);
    perform ${fn('require_lease')}(p_account, payload->'lease');
  end if;
  p_now := ${payloadNow};
  v_count := jsonb_array_length(v_items);
  select array_agg(i.item->>'oa_id' order by i.n), array_agg(i.item->>'customer_id' order by i.n),
         array_agg(i.item->>'contact_inbox_id' order by i.n), array_agg(i.item->>'username_key' order by i.n), sum(case when jsonb_typeof(i.item->'events') = 'array' then jsonb_array_length(i.item->'events') end)
  into v_oas, v_customers, v_given, v_usernames, v_events from jsonb_array_elements(v_items) with ordinality i(item, n);
  if v_count > ${batchConversations} or v_events > ${batchEvents} then
    raise exception 'at most ${batchConversations} conversations and ${batchEvents} events a call' using errcode = '22023';
  end if;
  if v_count = 0 then
    return '[]'::json;
  end if;
  if exists (select from unnest(v_oas || v_customers || v_given) k where not ${isId('k')}) then
    perform ${fn('require_within')}(v_items, null);
  end if;
  v_inboxes := ${inboxSettings(names)};
  v_usernames_given := ${isAnyGiven};
  if v_usernames_given then
    ${dropVainUsernames(names)}
    v_usernames_given := ${isAnyGiven};
  end if;
  v_names_given := ${namesIds('payload')};
  if v_names_given then
    perform ${fn('require_within')}(v_items, null);
    if ${bringsEvidence(names, 'v_items')} then
      ${goElsewhere(names)}
      v_elsewhere := ${fn('upsert_linking')}(payload, v_operation, v_arrived_ms);
      ${requireSameInboxes(names)}
      return v_elsewhere;
    end if;
  end if;

  -- First the missing contact inboxes are created.
  ${readOwns(tables)}
  if not v_all_known then
    ${goElsewhere(names)}
    ${insertMissing(names)}
    ${readOwns(tables)}
  end if;

  -- If this call has created every contact inbox and gives no username, nobody else can hold these customers' rows.
  if v_usernames_given or coalesce(cardinality(v_created), 0) < v_count then
    v_is_plain := v_is_plain and not v_usernames_given
      and (select count(*) from (select from unnest(v_oas, v_customers) k(oa_id, customer_id) group by k.oa_id, k.customer_id) k) = v_count;
    if v_is_plain then
      ${lockPlain(names)}
    end if;
    if not v_is_plain then
      ${lockAny(names)}

      v_each := array(select i.item from jsonb_array_elements(v_items) with ordinality i(item, n) order by i.n);
      ${placeInRounds(names)}
    end if;
  end if;

  -- Another call may have moved an id that this one names, while it waited.
  if v_names_given and ${bringsEvidence(names, 'v_items')} then
    ${sendAgain};
  end if;

  -- The times of rows and marks are taken under the locks, because a call that waited for them must not look older than
  -- the one that it waited for.
  p_now := ${payloadNow};
  v_server_ms := ${databaseMilliseconds};
  v_context := jsonb_build_object('account_id', p_account, 'operation_id', v_operation, 'now', p_now,
    'arrived_ms', v_arrived_ms, 'server_ms', v_server_ms, 'resent_after', payload->'resent_after',
    'default_on_closed', coalesce(payload->'default_on_closed', '"new"'::jsonb), 'is_bulk', v_count > 1);
  v_results := array_fill(null::json, array[v_count]);
  while v_done < v_rounds loop
    v_done := v_done + 1;
    if v_is_plain then
      v_round_items := v_items;
    else
      v_ords := v_order[coalesce(v_ends[v_done - 1], 0) + 1 : v_ends[v_done]];
      -- A round of all items has them in the order of the call, and need not build them anew.
      select coalesce(jsonb_agg(v_each[i.ord] order by i.n) filter (where cardinality(v_ords) < v_count), v_items), array_agg(k.row order by i.n), array_agg(a.id order by i.n),
        case when bool_or(o.canonical_id is not null) then array_agg(case when o.canonical_id is not null then o.id end order by i.n) end
      into v_round_items, v_heads, v_actives, v_own_ids
      from unnest(v_ords) with ordinality as i(ord, n)
      cross join lateral (select v_oas[i.ord] as oa_id, v_customers[i.ord] as customer_id) c
      left join lateral (${ownInbox(tables, 'c')}) o on true
      left join lateral (${canonicalInbox(tables, 'o')}) k on true
      -- The quick ways leave an alias that is a scope of its own, and an id that was another person's, because these
      -- are given no active conversation.
      left join lateral (select x.id from ${tables.conversations} x
        where x.account_id = p_account and x.oa_id = k.oa_id and x.customer_id = k.customer_id and x.status <> 'closed'
          and o.previous_head_id is null and (o.canonical_id is null or not ${isChatScoped('k.channel')}) limit 1) a on true;
    end if;
    if v_runs[v_done] then
      for v_plain in select * from ${fn('write_run')}(p_account, v_round_items, v_ords, v_operation, true, p_now, v_heads, v_actives, v_own_ids) loop
        v_results[v_plain.ord] := v_plain.result;
      end loop;
      ${placeWhatIsLeft(names)}
      continue;
    end if;
    if payload->>'resent_after' is null then
      v_written := 0;
      for v_plain in
        select * from ${fn('write_known')}(p_account, v_round_items, v_ords, v_operation, v_count > 1, p_now, v_heads, v_actives, v_own_ids)
        where coalesce(cardinality(v_created), 0) < v_count
        union all
        select * from ${fn('write_first')}(p_account, v_round_items, v_ords, v_operation, v_count > 1, p_now, v_heads, v_actives, v_own_ids)
        where v_created is not null
      loop
        v_results[v_plain.ord] := v_plain.result;
        v_written := v_written + 1;
        if v_rounds > 1 and v_plain.result->>'outcome' = 'created' then
          v_locked := v_locked || (v_plain.result->'conversation'->>'id');
        end if;
      end loop;
      continue when v_written = jsonb_array_length(v_round_items);
      select jsonb_agg(i.item order by i.ord), array_agg(i.ord order by i.ord) into v_round_items, v_ords
      from (select x.item, coalesce(v_ords[x.position], x.position::integer) as ord from jsonb_array_elements(v_round_items) with ordinality x(item, position)) i
      where v_results[i.ord] is null;
    end if;
    perform ${fn('require_within')}(v_round_items, v_ords);
    v_may_fail := true;
    -- What waited too long goes before the events are looked at, so that one that is sent again is new.
    if v_events > 0 then
      perform ${fn('drop_overdue')}(p_account, person.scopes, p_now)
      from (select distinct ${scopesOf('h', 'coalesce(v_own_ids[h.ordinality], h.id)')} as scopes from unnest(v_heads) with ordinality h) person
      where (select true from unnest(person.scopes) s(id) cross join lateral (select 1 from ${tables.contact_interaction_events} w
        where w.account_id = p_account and w.contact_inbox_id = s.id and w.conversation_id is null and w.created_at <= ${waitingLimit} limit 1) w limit 1);
    end if;
    -- An item may adopt a conversation by its username. Whom an earlier item was about is known by then.
    if v_created is not null and v_usernames_given then
      v_context := v_context || jsonb_build_object('created', (select jsonb_agg(x.id) from ${tables.contact_inboxes} x
        where x.account_id = p_account and x.id = any (v_created) and not exists (select from unnest(v_results) with ordinality r(result, ord)
          where r.result->>'outcome' <> 'duplicate' and v_oas[r.ord] = x.oa_id and v_customers[r.ord] = x.customer_id)));
    end if;
    for v_round in select ${fn('write_round')}(v_context, v_round_items, v_ords) loop
      -- The round saw what the database holds now. A conversation that it changed must be one that was locked before.
      if v_round->>'outcome' = 'created' then
        v_locked := v_locked || (v_round->'conversation'->>'id');
      elsif v_round->>'wrote' is not null and (v_round->>'wrote' = any (v_locked)) is not true then
        ${sendAgain};
      end if;
      v_results[(v_round->>'ord')::integer] := (v_round - '{ord,wrote}'::text[])::json;
    end loop;
  end loop;

  ${requireSameInboxes(names)}
  if not v_may_fail then
    return to_json(v_results);
  elsif coalesce((payload->>'atomic')::boolean, true) then
    select r into v_failed from unnest(v_results) with ordinality as x(r, ord) where r->'failure' is not null order by ord limit 1;
    if v_failed is not null then
      raise exception '%', v_failed->'failure'->>'code' using errcode = 'CS001', detail = (v_failed->'failure')::text;
    end if;
  end if;
  if v_created is not null and (v_usernames_given or not coalesce((payload->>'atomic')::boolean, true)) then
    ${removeUnused(names)}
  end if;
  return to_json(v_results);
end
`,
  }
}

const isAnyGiven = 'exists (select from unnest(v_usernames) u where u is not null)'

/** Lets the call go on in another inbox, if one that it names redirects there and does not know a customer. */
function goElsewhere(names: Names): string {
  return `if ${doesRedirect(names)} then
        v_elsewhere := ${names.fn('upsert_redirected')}(payload);
        if v_elsewhere is not null then
          return v_elsewhere;
        end if;
      end if;`
}
