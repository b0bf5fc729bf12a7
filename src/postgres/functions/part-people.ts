import type { Names } from '../names.js'
import { activeOf } from './expressions/conversations.js'
import { identitiesOf, markChanged } from './expressions/identities.js'
import { inOwnForm } from './expressions/named-ids.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `part_people(account, links, kept, has_news, operation, now, server_ms)`: makes two persons of one again, whom a
 * merge had linked: src/model/planning/part-people.ts has the rules. `kept` is the kept conversation, whose version the
 * caller raises. The caller holds the head's lock, and knows by part_refusal that nothing is in the way.
 */
export function partPeople(names: Names): SqlFunction {
  const { tables } = names
  // The watermark from before, unless it has moved since.
  const before = (upTo: string, column: string) =>
    `${column} = case when x.${upTo} is not distinct from greatest(b.${upTo}, o.${upTo}) then b.${column} else x.${column} end`
  const watermark = (upTo: string) => `${before(upTo, upTo)}, ${before(upTo, `${upTo}_at`)}`
  // An id that both had is each one's own again.
  const hadBefore = (mark: string) => `${identitiesOf('b')} @> jsonb_build_array(jsonb_build_object('id', ${mark}->'id'))`
  // A head that had no list of its ids has none again, unless something was found out of one of them.
  const identities = (row: string, marks: string) => `case when ${row}.identities is not null
      or (select true from jsonb_array_elements(${marks}) e where jsonb_strip_nulls(e - 'id') <> '{}' limit 1) then ${marks} end`
  return {
    name: 'part_people',
    parameters: 'p_account text, p_links jsonb, p_kept text, p_has_news boolean, p_operation text, p_now timestamptz, p_server_ms bigint',
    returns: 'void',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  -- Both heads as they were, and the kept one as it is.
  b constant ${tables.contact_inboxes} := jsonb_populate_record(null::${tables.contact_inboxes}, p_links->'kept');
  o constant ${tables.contact_inboxes} := jsonb_populate_record(null::${tables.contact_inboxes}, p_links->'lost');
  h ${tables.contact_inboxes};
  v_kept jsonb;
  v_lost jsonb;
  v_moved constant text[] := array(select c->>'id' from jsonb_array_elements(p_links->'conversations') c);
begin
  select * into h from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = b.id;
  select jsonb_agg(i.e order by i.n) into v_kept from jsonb_array_elements(h.identities) with ordinality i(e, n)
  where ${hadBefore('i.e')} or not (p_links->'rows' @> jsonb_build_array(jsonb_build_object('customer_id', i.e->'id'))
    or p_links->'marks' @> jsonb_build_array(jsonb_build_object('id', i.e->'id')));
  select jsonb_agg(${inOwnForm('m.e', 'coalesce(known.mark, m.e)', 'v_kept')} order by m.n) into v_lost from jsonb_array_elements(p_links->'marks') with ordinality m(e, n)
  left join lateral (select i.mark from jsonb_array_elements(h.identities) i(mark) where i.mark->>'id' = m.e->>'id' and not ${hadBefore('m.e')} limit 1) known on true;
  -- A contact that neither had when they became one is of what was said since, which stays with the kept one.
  update ${tables.contact_inboxes} x set contact_id = coalesce(b.contact_id, case when o.contact_id is null then x.contact_id end), scopes = b.scopes, identities = ${identities('b', 'v_kept')},
    ${watermark('delivered_up_to')}, ${watermark('read_up_to')}
  where x.account_id = p_account and x.id = h.id;
  -- The conversations of a head that has no list of its ids have nobody to ask whom to answer.
  update ${tables.conversations} c set is_linked = false
  where c.account_id = p_account and c.contact_inbox_id = any (array(select x.id from ${tables.contact_inboxes} x
    where x.account_id = p_account and x.id = h.id and x.identities is null)) and c.is_linked;
  update ${tables.contact_inboxes} x set canonical_id = nullif(o.id, x.id), contact_id = o.contact_id,
    scopes = case when x.id = o.id then o.scopes end, identities = case when x.id = o.id then ${identities('o', 'v_lost')} end,
    previous_head_id = case when p_has_news then h.id else x.previous_head_id end
  where x.account_id = p_account and x.id = any (array(select r->>'id' from jsonb_array_elements(p_links->'rows') r));
  update ${tables.conversations} c set contact_inbox_id = o.id, customer_id = o.customer_id,
    contact_id = (select r->>'contact_id' from jsonb_array_elements(p_links->'conversations') r where r->>'id' = c.id limit 1),
    is_linked = ${identities('o', 'v_lost')} is not null
      or (select (r->>'is_linked')::boolean from jsonb_array_elements(p_links->'conversations') r where r->>'id' = c.id limit 1)
  where c.account_id = p_account and c.id = any (v_moved);
  ${markChanged(names, `v_moved || array_remove(${activeOf(names, 'array[h.id]')}, p_kept)`)};
end
`,
  }
}
