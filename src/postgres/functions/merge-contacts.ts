import type { Names } from '../names.js'
import { holdContact, lockContacts, requireUnmerged } from './expressions/contact-merges.js'
import { parameterNow } from './expressions/times.js'
import { isTimeWithin } from './expressions/value-checks.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** What both contacts had that a merge may join. */
const typed = (row: string) => `jsonb_build_object('name', ${row}.name, 'name_source', ${row}.name_source, 'metadata', ${row}.metadata)`

/**
 * Makes one contact of two: src/model/planning/contact-merges.ts has the rules. `p_keep` and `p_lose` are ids that may
 * lead to other contacts. Returns no row if there is no such contact. `outcome` is `merged` or `unchanged`, and
 * `other_id` the merge, or it is `same contact` for a refusal.
 */
export function mergeContacts(names: Names): SqlFunction {
  const { tables } = names
  const leadsTo = (id: string) =>
    `(select coalesce(x.merged_into, x.id) from ${tables.contacts} x where x.account_id = p_account and x.id = ${id})`
  const contact = (id: string) => `(select x from ${tables.contacts} x where x.account_id = p_account and x.id = ${id})`
  return {
    name: 'merge_contacts',
    parameters: 'p_account text, p_keep text, p_lose text, p_operation_id text, p_now timestamptz',
    returns: `table (outcome text, other_id text, contact ${tables.contacts})`,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_variable
declare
  v_keep constant text := ${leadsTo('p_keep')};
  v_lose constant text := ${leadsTo('p_lose')};
  v_merge ${tables.contact_merges}%rowtype;
  v_kept ${tables.contacts}%rowtype;
  v_lost ${tables.contacts}%rowtype;
  v_moved text[];
  v_now timestamptz(3);
begin
  if not (${isTimeWithin('p_now')}) then
    raise exception 'now: must be of the years 1 to 9999' using errcode = '22023';
  end if;
  select * into v_merge from ${tables.contact_merges} r where r.account_id = p_account and r.id = p_operation_id;
  if v_merge.id is not null then
    outcome := 'merged';
    other_id := v_merge.id;
    contact := ${contact(leadsTo('v_merge.kept_id'))};
    return next;
    return;
  end if;
  if v_keep is null or v_lose is null then
    return;
  end if;
  if v_keep = v_lose then
    other_id := (select r.id from ${tables.contact_merges} r where r.account_id = p_account and r.lost_id = p_lose and r.undone_at is null);
    outcome := case when other_id is null then 'same contact' else 'unchanged' end;
    contact := ${contact('v_keep')};
    return next;
    return;
  end if;
  ${lockContacts(names, 'v_keep', 'v_lose')}
  ${requireUnmerged()}
  v_now := ${parameterNow};
  ${holdContact(names, 'v_now')}
  insert into ${tables.contact_merges} (account_id, id, kept_id, lost_id, place, moved_ids, kept, lost, created_at)
  values (p_account, p_operation_id, v_kept.id, v_lost.id,
    coalesce((select max(r.place) from ${tables.contact_merges} r where r.account_id = p_account and r.kept_id = v_kept.id and r.undone_at is null), 0) + 1,
    v_moved, ${typed('v_kept')}, ${typed('v_lost')}, v_now);
  outcome := 'merged';
  other_id := p_operation_id;
  contact := ${contact('v_kept.id')};
  return next;
end
`,
  }
}
