import type { Names } from '../names.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `upsert_redirected(payload)`: the call again, if it names an inbox that redirects and does not know one of the
 * customers: with the other inbox in their items. Null if there is no such item. It is asked before anything is
 * written. What the call brings of one customer goes to one inbox, so it stays if the inbox knows them by one of its
 * items. A channel that is the named inbox's is left out, because the other one may have another.
 */
export function upsertRedirected({ fn, tables }: Names): SqlFunction {
  return {
    name: 'upsert_redirected',
    parameters: 'payload jsonb',
    returns: 'json',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  p_account constant text := payload->>'account_id';
  v_items jsonb;
  v_results json;
  v_unsure bigint;
  -- A call that was sent before may have been written to an inbox to which the named one does not redirect any more.
  v_first_sent_at constant timestamptz := statement_timestamp() - (payload->>'resent_after')::double precision * interval '1 millisecond';
begin
  with named as materialized (
    select i.item, i.n, i.item->>'oa_id' as oa_id, i.item->>'customer_id' as customer_id, b.channel, b.redirected_to, b.redirect_ended_at
    from jsonb_array_elements(payload->'conversations') with ordinality i(item, n)
    left join lateral (select x.channel, x.redirected_to, x.redirect_ended_at from ${tables.inboxes} x
      where x.account_id = p_account and x.oa_id = i.item->>'oa_id' limit 1) b on true
  ),
  looked as materialized (
    select named.*, ${isUnknown('named')} as is_unknown from named where named.redirected_to is not null or named.redirect_ended_at is not null
  ),
  placed as materialized (
    select named.*, coalesce(looked.is_unknown and looked.redirect_ended_at >= v_first_sent_at, false) as may_be_elsewhere,
      bool_and(coalesce(looked.is_unknown and looked.redirected_to is not null, false)) over (partition by named.oa_id, named.customer_id) as leaves
    from named left join looked on looked.n = named.n
  )
  select min(placed.n) filter (where placed.may_be_elsewhere), case when bool_or(placed.leaves) then jsonb_agg(case when placed.leaves
    then case when placed.item->>'channel' = placed.channel then placed.item - 'channel' else placed.item end || jsonb_build_object('oa_id', placed.redirected_to)
    else placed.item end order by placed.n) end
  into v_unsure, v_items from placed;
  if v_unsure is not null then
    raise exception 'COMMIT_OUTCOME_UNKNOWN' using errcode = 'CS001', detail = jsonb_build_object('code', 'COMMIT_OUTCOME_UNKNOWN',
      'operationId', coalesce(payload->'conversations'->(v_unsure - 1)::integer->>'operation_id', payload->>'operation_id'))::text;
  end if;
  if v_items is null then
    return null;
  end if;
  v_results := ${fn('bulk_upsert_conversations_with_events')}(payload || jsonb_build_object('conversations', v_items));
  return (select json_agg(case when r.result->'failure' is not null or v_items->(r.n - 1)::integer->>'oa_id' = payload->'conversations'->(r.n - 1)::integer->>'oa_id'
      then r.result else (r.result::jsonb || jsonb_build_object('redirected_to', v_items->(r.n - 1)::integer->>'oa_id'))::json end order by r.n)
    from json_array_elements(v_results) with ordinality r(result, n));
end
`,
  }

  /** Whether the inbox knows nobody by the ids of an item, nor an active conversation by its username. */
  function isUnknown(item: string): string {
    return `(select true from (
          select ${item}.customer_id as id
          union all
          select e->>'id' from jsonb_path_query(${item}.item, '$.identities[*]') e
          union all
          select e->>'id' from jsonb_path_query(${item}.item, '$.events[*] ? (@.type == "identity_change")') v(event)
          cross join lateral jsonb_array_elements(coalesce(nullif(v.event->'previous', 'null'), '[]') || (v.event->'current')) e) k
        cross join lateral (select true from ${tables.contact_inboxes} x
          where x.account_id = p_account and x.oa_id = ${item}.oa_id and x.customer_id = k.id limit 1) x limit 1) is null
      and (select true from ${tables.conversations} u where u.account_id = p_account and u.oa_id = ${item}.oa_id
        and u.username_key = ${item}.item->>'username_key' and u.status <> 'closed' limit 1) is null`
  }
}
