import { limits } from '../../model/limits.js'
import type { Names } from '../names.js'
import { phone } from './expressions/named-ids.js'
import { digitsOf, formsOf } from './expressions/phone-forms.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `upsert_redirected(payload)`: the call again, if it names an inbox that redirects and does not know one of the
 * customers: with the other inbox in their items. Or else the call with the known forms of numbers in its items, if an
 * inbox knows them in another form than the given one. Null if there is no such item. It is asked before anything is
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
    -- The others name, beside a number that their inbox does not know, the form by which it knows that number.
    select case when bool_or(known.forms is not null) then jsonb_agg(case when known.forms is null then i.item
      else i.item || jsonb_build_object('identities', i.given || known.forms) end order by i.n) end
    into v_items
    from (select x.item, x.n, x.item->>'oa_id' as oa_id,
        coalesce(nullif(x.item->'identities', 'null'), jsonb_build_array(jsonb_build_object('id', x.item->'customer_id', 'kind', '${phone}'))) as given
      from jsonb_array_elements(payload->'conversations') with ordinality x(item, n)) i
    left join lateral (${knownForms('i')}) known on true;
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

  /**
   * The forms by which the inbox of an item knows numbers that it does not know in the `given` ones, if people were
   * moved into it: src/model/planning/match-forms.ts decides the same.
   */
  function knownForms(item: string): string {
    return `select jsonb_agg(jsonb_build_object('id', f.form, 'kind', '${phone}') order by f.form) as forms
      from (select distinct k.form from ${tables.inboxes} b
        cross join lateral (select g.e->>'id' as id, ${digitsOf("(g.e->>'id')")} as digits from jsonb_array_elements(${item}.given) g(e)) n
        cross join lateral (select min(x.customer_id) as form, count(distinct coalesce(x.canonical_id, x.id)) as people,
            bool_or(x.customer_id = n.id) as is_known from ${tables.contact_inboxes} x
          where x.account_id = p_account and x.oa_id = ${item}.oa_id and x.customer_id = any (${formsOf('n.digits')} || n.id)) k
        where b.account_id = p_account and b.oa_id = ${item}.oa_id and b.matches_numbers and n.digits is not null
          and k.people = 1 and not k.is_known and not ${item}.given @> jsonb_build_array(jsonb_build_object('id', k.form))) f
      having jsonb_array_length(${item}.given) + count(*) <= ${limits.identities}`
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
