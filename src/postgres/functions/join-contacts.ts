import type { Names } from '../names.js'
import { sendAgain } from './expressions/bulk-locks.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `join_contacts(account, one, other, now)`: makes two contacts one, and returns its id. The older stays, and the other
 * one's id leads to it. It takes over what a person typed: the name if it has none that was typed itself, and the
 * metadata that it lacks. No row that names the other is touched, because it may be of an inbox whose rows this call
 * does not hold. The contacts are locked in the order of their ids, under the head of their customer.
 */
export function joinContacts({ tables }: Names): SqlFunction {
  return {
    name: 'join_contacts',
    parameters: 'p_account text, p_one text, p_other text, p_now timestamptz',
    returns: 'text',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_ids constant text[] := array(select distinct coalesce(x.merged_into, x.id) from ${tables.contacts} x where x.account_id = p_account and x.id = any (array[p_one, p_other]));
  v_kept ${tables.contacts};
  v_lost ${tables.contacts};
begin
  if cardinality(v_ids) < 2 then
    return coalesce(v_ids[1], p_one, p_other);
  end if;
  perform held.id from (select i.id from unnest(v_ids) i(id) order by i.id) wanted
  cross join lateral (select x.id from ${tables.contacts} x where x.account_id = p_account and x.id = wanted.id for no key update) held;
  select * into v_kept from ${tables.contacts} x where x.account_id = p_account and x.id = any (v_ids) order by x.created_at, x.id limit 1;
  select * into v_lost from ${tables.contacts} x where x.account_id = p_account and x.id = any (v_ids) and x.id <> v_kept.id;
  if v_kept.merged_into is not null or v_lost.merged_into is not null then
    ${sendAgain};
  end if;
  if v_kept.name_source is distinct from 'person' and (v_lost.name_source = 'person' or v_kept.name is null) then
    v_kept.name := v_lost.name;
    v_kept.name_source := v_lost.name_source;
  end if;
  update ${tables.contacts} x set name = v_kept.name, name_source = v_kept.name_source, updated_at = p_now,
    metadata = case when x.metadata is null or v_lost.metadata is null then coalesce(x.metadata, v_lost.metadata) else v_lost.metadata || x.metadata end
  where x.account_id = p_account and x.id = v_kept.id;
  -- An id always leads to the kept one in one step.
  update ${tables.contacts} x set merged_into = v_kept.id, updated_at = case when x.id = v_lost.id then p_now else x.updated_at end
  where x.account_id = p_account and x.id = any (array(select v_lost.id union all
    select y.id from ${tables.contacts} y where y.account_id = p_account and y.merged_into = v_lost.id));
  return v_kept.id;
end
`,
  }
}
