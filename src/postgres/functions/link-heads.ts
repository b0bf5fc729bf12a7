import type { Names } from '../names.js'
import { identitiesOf, milliseconds } from './expressions/identities.js'
import { inOneForm, isCurrent } from './expressions/named-ids.js'
import { scopesBeside } from './expressions/scopes.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `link_heads(account, kept, lost, merge, now)`: makes aliases of a head and of those that it had, and its
 * conversations the kept one's: src/model/planning/link-people.ts has the rules. `links` is what parting the two needs.
 * Their contacts are merged under the id `merge`, and `has_merged_contacts` says whether they were two. What each of
 * the two knew of the other's messages, and the versions, are left to the caller, who holds the locks of both and of
 * their conversations.
 */
export function linkHeads(names: Names): SqlFunction {
  const { fn, tables } = names
  const rowsOf = (head: string) => `(select x.* from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = ${head}
      union all select a.* from ${tables.contact_inboxes} a where a.account_id = p_account and a.canonical_id = ${head})`
  const marksOfBoth = `${identitiesOf('h')} || coalesce((select jsonb_agg(i.e order by i.n) from jsonb_array_elements(${identitiesOf('o')}) with ordinality i(e, n)
      where not ${identitiesOf('h')} @> jsonb_build_array(jsonb_build_object('id', i.e->'id'))), '[]')`
  const currentOfKept = `(select coalesce(jsonb_agg(k.e order by k.n), '[]') from jsonb_array_elements(${identitiesOf('h')}) with ordinality k(e, n)
      where ${isCurrent('k.e')})`
  return {
    name: 'link_heads',
    parameters: `p_account text, p_kept text, p_lost text, p_merge text, p_now timestamptz, out links jsonb, out has_merged_contacts boolean`,
    returns: null,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  h ${tables.contact_inboxes};
  o ${tables.contact_inboxes};
  v_outcome text;
  v_contact text;
begin
  select * into h from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = p_kept;
  select * into o from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = p_lost;
  links := jsonb_build_object(
    'kept', to_jsonb(h) - 'moved', 'lost', to_jsonb(o) - 'moved', 'marks', ${identitiesOf('o')},
    'kept_ids', (select jsonb_agg(x.id) from ${rowsOf('h.id')} x),
    'rows', (select jsonb_agg(jsonb_build_object('id', x.id, 'customer_id', x.customer_id)) from ${rowsOf('o.id')} x),
    'conversations', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'contact_id', c.contact_id, 'is_linked', c.is_linked)), '[]')
      from ${tables.conversations} c where c.account_id = p_account and c.contact_inbox_id = o.id));

  select m.outcome into v_outcome from ${fn('merge_contacts')}(p_account, h.contact_id, o.contact_id, p_merge, p_now) m;
  has_merged_contacts := coalesce(v_outcome = 'merged', false);
  v_contact := coalesce(h.contact_id, o.contact_id);
  update ${tables.conversations} c set contact_inbox_id = h.id, customer_id = h.customer_id, contact_id = coalesce(v_contact, c.contact_id), is_linked = true
  where c.account_id = p_account and c.contact_inbox_id = o.id;
  update ${tables.conversations} c set is_linked = true where c.account_id = p_account and c.contact_inbox_id = h.id and not c.is_linked;
  update ${tables.contact_inboxes} x set contact_id = v_contact, scopes = coalesce(h.scopes, array[h.id]) || ${scopesBeside('o', 'h')},
    identities = ${fn('bounded_identities')}(${inOneForm(marksOfBoth, currentOfKept, milliseconds('p_now'))})
  where x.account_id = p_account and x.id = h.id;
  update ${tables.contact_inboxes} x set canonical_id = h.id, contact_id = v_contact, scopes = null, identities = null
  where x.account_id = p_account and x.id = any (array(select y.id from ${rowsOf('o.id')} y));
end
`,
  }
}
