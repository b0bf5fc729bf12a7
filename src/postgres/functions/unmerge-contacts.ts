import type { Names } from '../names.js'
import { lockContacts, takenOver } from './expressions/contact-merges.js'
import { marks } from './expressions/operations.js'
import { parameterNow } from './expressions/times.js'
import { isTimeWithin } from './expressions/value-checks.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * Undoes a merge of contacts: src/model/planning/contact-merges.ts has the rules. Returns no row if there is no such
 * merge, two (the kept and the restored contact) with the outcome `unmerged` or `unchanged`, and one for a refusal,
 * whose `outcome` is `not the last`, with the merge that is in the way in `other_id`, or `joined since`.
 */
export function unmergeContacts(names: Names): SqlFunction {
  const { tables } = names
  const taken = takenOver('v_before', 'v_theirs')
  const contact = (id: string) => `(select k from ${tables.contacts} x
      cross join lateral (select k from ${tables.contacts} k where k.account_id = p_account and k.id = coalesce(x.merged_into, x.id) limit 1) kept(k)
      where x.account_id = p_account and x.id = ${id})`
  return {
    name: 'unmerge_contacts',
    parameters: 'p_account text, p_merge text, p_operation_id text, p_now timestamptz',
    returns: `table (outcome text, other_id text, contact ${tables.contacts})`,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_variable
declare
  v_merge ${tables.contact_merges}%rowtype;
  v_kept ${tables.contacts}%rowtype;
  v_lost ${tables.contacts}%rowtype;
  v_before ${tables.contacts}%rowtype;
  v_theirs ${tables.contacts}%rowtype;
  v_now timestamptz(3);
begin
  if not (${isTimeWithin('p_now')}) then
    raise exception 'now: must be of the years 1 to 9999' using errcode = '22023';
  end if;
  select * into v_merge from ${tables.contact_merges} r where r.account_id = p_account and r.id = p_merge;
  if v_merge.id is null then
    return;
  end if;
  if v_merge.undone_at is null then
    ${lockContacts(names, 'v_merge.kept_id', 'v_merge.lost_id')}
    select * into v_merge from ${tables.contact_merges} r where r.account_id = p_account and r.id = p_merge for no key update;
  end if;
  if v_merge.undone_at is not null then
    outcome := case when v_merge.undone_by = p_operation_id then 'unmerged' else 'unchanged' end;
  else
    other_id := (select r.id from ${tables.contact_merges} r where r.account_id = p_account and r.lost_id = v_kept.id and r.undone_at is null);
    if other_id is null then
      other_id := (select r.id from ${tables.contact_merges} r where r.account_id = p_account and r.kept_id = v_kept.id and r.undone_at is null
        order by r.place desc limit 1);
    end if;
    if other_id <> p_merge or v_kept.merged_into is not null then
      outcome := case when other_id <> p_merge then 'not the last' else 'joined since' end;
      contact := v_kept;
      return next;
      return;
    end if;
    v_now := ${parameterNow};
    v_before := jsonb_populate_record(null::${tables.contacts}, v_merge.kept);
    v_theirs := jsonb_populate_record(null::${tables.contacts}, v_merge.lost);
    if v_kept.name is not distinct from ${taken.name} and v_kept.name_source is not distinct from ${taken.nameSource} then
      v_kept.name := v_before.name;
      v_kept.name_source := v_before.name_source;
    end if;
    v_kept.metadata := case when v_kept.metadata is not distinct from ${taken.metadata} then v_before.metadata
      else v_kept.metadata - array(select t.key from jsonb_each(v_theirs.metadata) t
        where not coalesce(v_before.metadata ? t.key, false) and v_kept.metadata->t.key = t.value) end;
    v_lost.operations[1] := greatest(v_lost.operations[1], ${marks.lastAt('v_kept.operations')});
    update ${tables.contacts} x set name = v_kept.name, name_source = v_kept.name_source, metadata = v_kept.metadata, updated_at = v_now
    where x.account_id = p_account and x.id = v_kept.id;
    update ${tables.contacts} x set merged_into = null, operations = v_lost.operations, updated_at = v_now
    where x.account_id = p_account and x.id = v_lost.id;
    update ${tables.contacts} x set merged_into = v_lost.id
    where x.account_id = p_account and x.id = any (v_merge.moved_ids);
    update ${tables.contact_merges} r set undone_at = v_now, undone_by = p_operation_id where r.account_id = p_account and r.id = p_merge;
    outcome := 'unmerged';
    other_id := null;
  end if;
  contact := ${contact('v_merge.kept_id')};
  return next;
  contact := ${contact('v_merge.lost_id')};
  return next;
end
`,
  }
}
