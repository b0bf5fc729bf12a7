import type { Names } from '../names.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `part_refusal(account, links)`: why two customers whom a merge has made one person can't be parted:
 * src/model/planning/part-people.ts has the rules. `outcome` is `linked`, or `last` with the merge that has to be
 * undone first. It is null if nothing is in the way. The caller holds the head's lock.
 */
export function partRefusal({ tables }: Names): SqlFunction {
  return {
    name: 'part_refusal',
    parameters: 'p_account text, p_links jsonb, out outcome text, out other_id text',
    returns: null,
    attributes: `language plpgsql stable ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_head constant text := p_links->'kept'->>'id';
  v_lost integer;
  v_strangers integer;
begin
  select count(*) filter (where p_links->'rows' @> jsonb_build_array(jsonb_build_object('id', a.id, 'customer_id', a.customer_id))),
    count(*) filter (where not (p_links->'kept_ids' ? a.id or p_links->'rows' @> jsonb_build_array(jsonb_build_object('id', a.id))))
  into v_lost, v_strangers from ${tables.contact_inboxes} a where a.account_id = p_account and a.canonical_id = v_head;
  if v_lost <> jsonb_array_length(p_links->'rows') or v_strangers > 0
    or (select x.canonical_id from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = v_head) is not null then
    outcome := 'linked';
    return;
  end if;
  other_id := (select r.id from ${tables.conversation_merges} r where r.account_id = p_account
    and r.lost_id = any (array(select c->>'id' from jsonb_array_elements(p_links->'conversations') c)) and r.undone_at is null order by r.lost_id limit 1);
  outcome := case when other_id is not null then 'last' end;
end
`,
  }
}
