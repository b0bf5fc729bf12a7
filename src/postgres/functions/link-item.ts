import type { Names } from '../names.js'
import { canonicalInbox, ownInbox } from './expressions/contact-inbox-look-up.js'
import { milliseconds } from './expressions/identities.js'
import { isNewId, namedIds } from './expressions/named-ids.js'
import { marks } from './expressions/operations.js'
import { formerScopes, isChatScoped, scopesOf } from './expressions/scopes.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `link_item(account, item, operation, created, now, server_ms)`: applies what an item says about ids, before its
 * events are looked at: first its notices, in order, and then that its identities are one person's. Returns the item as
 * it is to be written: with the customer id to whose thread it goes, with the outcomes of the notices, and with the
 * scopes in which its events are known as well. An item that was written before, or whose events are all known, links
 * nothing.
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
  v_all constant jsonb := case when v_given = '[]' then jsonb_build_array(jsonb_build_object('id', v_customer)) else v_given end;
  v_event record;
  v_applied record;
  v_evidence record;
  v_known text;
  v_is_elsewhere boolean := false;
  v_is_of_chat boolean;
  v_scopes text[];
  v_near text[];
  v_channel text;
  v_inbox_channel constant text := (select b.channel from ${tables.inboxes} b where b.account_id = p_account and b.oa_id = p_oa limit 1);
  v_theirs text[];
  v_at timestamptz(3);
  v_is_receipt constant boolean := v_events <> '[]' and not v_events @? '$[*] ? (@.type != "receipt" && @.type != "watermark")';
begin
  conflicts := '[]';
  changed := '{}';
  -- The time of the message or the notice that names the ids.
  select coalesce(max(o.at) filter (where o.type in ('message', 'postback', 'identity_change')), max(o.at), p_now) into v_at
  from (select e->>'type' as type, least(p_now, coalesce((e->>'occurred_at')::timestamptz, p_now)) as at from jsonb_array_elements(v_events) e) o;
  ${lookUp()}
  -- An item that was written before changes no ids again.
  if (select true from ${tables.conversations} c where c.account_id = p_account
      and c.contact_inbox_id = any (array(select n.head_id from ${namedIds(names, "jsonb_build_array(jsonb_build_object('id', v_known))")} n))
      and ${marks.seen('c.operations', 'p_operation')} limit 1) then
    return;
  end if;

  if v_events @? '$[*] ? (@.type == "identity_change")' then
    for v_event in select e.event, e.n from jsonb_array_elements(v_events) with ordinality e(event, n) where e.event->>'type' = 'identity_change' order by e.n loop
      select a.is_applied, a.changed into v_applied from ${fn('apply_notice')}(p_account, p_oa, v_event.event,
        least(p_now, coalesce((v_event.event->>'occurred_at')::timestamptz, p_now)), v_channel, p_created, p_operation, p_now, p_server_ms) a;
      changed := changed || v_applied.changed;
      p_item := jsonb_set(p_item, array['events', (v_event.n - 1)::text, 'outcome'], to_jsonb(case when v_applied.is_applied then 'applied' else 'unchanged' end));
    end loop;
    ${lookUp()}
  end if;
  if v_given = '[]' or ${fn('knows_all')}(p_account, v_scopes, v_events) then
    return;
  end if;

  changed := changed || ${fn('link_named')}(p_account, p_oa, v_customer, v_given, to_jsonb(v_evidence), v_at, v_is_receipt,
    v_channel, p_created, p_operation, p_now, p_server_ms);
  item := item || jsonb_build_object('customer_id', case when v_is_of_chat then v_customer else v_evidence.thread end);
end
`,
  }

  /**
   * Judges the item's ids, and finds the one that is known, its channel, and the scopes in which its events may be
   * known: the customer's, those of whom its username would adopt, and those of all who are the same person by this
   * item, the oldest first.
   */
  function lookUp(): string {
    return `if v_given <> '[]' then
    select * into v_evidence from ${fn('evidence_of')}(p_account, p_oa, v_customer, v_given, ${milliseconds('v_at')}, v_is_receipt, p_created);
    conflicts := v_evidence.conflicts;
    -- Each chat keeps messages of its own, whoever it belongs to.
    select coalesce(bool_or(${isChatScoped('h.channel')}), false) or coalesce(${isChatScoped("p_item->>'channel'")}, false)
      or coalesce(${isChatScoped('v_inbox_channel')}, false) into v_is_of_chat
    from ${tables.contact_inboxes} h where h.account_id = p_account and h.id = any (array(select n.head_id from ${namedIds(names, 'v_given')} n));
    if v_is_of_chat then
      v_theirs := '{}';
      v_known := v_customer;
    else
      v_theirs := array(select s.id from ${tables.contact_inboxes} h cross join lateral unnest(coalesce(h.scopes, array[h.id])) with ordinality s(id, n)
        where h.account_id = p_account and h.id = any (v_evidence.heads) order by array_position(v_evidence.heads, h.id), s.n);
      v_known := case when v_evidence.verdict <> 'links' then v_evidence.thread else coalesce(
        (select n.id from ${namedIds(names, 'v_given')} n where not ${isNewId(names, 'n.own_id')} order by n.id <> v_customer, n.ord limit 1), v_customer) end;
    end if;
    v_is_elsewhere := v_evidence.verdict <> 'links' and v_known <> v_customer;
  else
    v_known := v_customer;
  end if;
  select near.scopes || coalesce(f.scopes, '{}'), near.scopes, now_is.channel into v_scopes, v_near, v_channel
  from (select p_oa as oa_id, v_known as customer_id) c
  cross join lateral (${ownInbox(tables, 'c')}) o
  cross join lateral (${canonicalInbox(tables, 'o')}) h
  -- As \`write_round\` has it: the channel may become known by this item.
  cross join lateral (select coalesce(nullif(h.channel, 'api'), p_item->>'channel', v_inbox_channel) as channel) now_is
  left join lateral (${formerScopes(names, 'o', "coalesce(now_is.channel, 'api')")}) f on true
  left join lateral (select coalesce(x.scopes, array[x.id]) as scopes from ${tables.conversations} c
    cross join lateral (select x.* from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = any (array(select c.contact_inbox_id)) limit 1) x
    where p_item->>'username_key' is not null and c.account_id = p_account and c.oa_id = p_oa and c.username_key = p_item->>'username_key' and c.status <> 'closed'
      and not ${isChatScoped('c.channel')} and (v_events = '[]' or v_events @? '$[*] ? (@.type == "message" || @.type == "postback")')
      and (select true from ${tables.conversations} a where a.account_id = p_account and a.oa_id = h.oa_id and a.customer_id = h.customer_id and a.status <> 'closed' limit 1) is null
    limit 1) u on true
  cross join lateral (select ${scopesOf('h', 'o.id', "coalesce(now_is.channel, 'api')")} || coalesce(u.scopes, '{}') || coalesce(v_theirs, '{}') as scopes) near;
  item := p_item - '{identities,contact_inbox_ids}'::text[] || jsonb_build_object('customer_id', v_known, 'known_scopes', v_near);
  if v_is_elsewhere then
    -- Who acted as the customer is the one to whose thread the item goes.
    item := jsonb_set(item, '{events}', (select coalesce(jsonb_agg(case when e->>'sender_id' = v_customer and coalesce(e->>'sender_type', 'customer') = 'customer'
      then jsonb_set(e, '{sender_id}', to_jsonb(v_known)) else e end order by n), '[]') from jsonb_array_elements(coalesce(nullif(item->'events', 'null'), '[]')) with ordinality i(e, n)));
  end if;`
  }
}
