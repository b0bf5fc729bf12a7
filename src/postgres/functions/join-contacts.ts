import type { Names } from '../names.js'
import { sendAgain } from './expressions/bulk-locks.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `join_contacts(account, one, other, now)`: makes two contacts one. The older stays, and the other one's id leads to
 * it. No row that names the other is touched, because it may be of an inbox whose rows this call does not hold. The
 * contacts are locked in the order of their ids, under the head of their customer.
 */
export function joinContacts({ tables }: Names): SqlFunction {
  return {
    name: 'join_contacts',
    parameters: 'p_account text, p_one text, p_other text, p_now timestamptz',
    returns: 'void',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_ids constant text[] := array(select coalesce(x.merged_into, x.id) from ${tables.contacts} x where x.account_id = p_account and x.id = any (array[p_one, p_other]));
  v_kept ${tables.contacts};
  v_lost ${tables.contacts};
begin
  if v_ids[1] = v_ids[2] or cardinality(v_ids) < 2 then
    return;
  end if;
  perform held.id from (select i.id from unnest(v_ids) i(id) order by i.id) wanted
  cross join lateral (select x.id from ${tables.contacts} x where x.account_id = p_account and x.id = wanted.id for no key update) held;
  select * into v_kept from ${tables.contacts} x where x.account_id = p_account and x.id = any (v_ids) order by x.created_at, x.id limit 1;
  select * into v_lost from ${tables.contacts} x where x.account_id = p_account and x.id = any (v_ids) and x.id <> v_kept.id;
  if v_kept.merged_into is not null or v_lost.merged_into is not null then
    ${sendAgain};
  end if;
  -- An id always leads to the kept one in one step.
  update ${tables.contacts} x set merged_into = v_kept.id
  where x.account_id = p_account and x.id = any (array(select v_lost.id union all
    select y.id from ${tables.contacts} y where y.account_id = p_account and y.merged_into = v_lost.id));
  update ${tables.contacts} x set
    name = case when v_lost.name_source = 'person' and v_kept.name_source is distinct from 'person' then v_lost.name else x.name end,
    name_source = case when v_lost.name_source = 'person' then 'person' else x.name_source end,
    metadata = case when v_lost.metadata is null then x.metadata else v_lost.metadata || coalesce(x.metadata, '{}') end,
    updated_at = p_now
  where x.account_id = p_account and x.id = v_kept.id
    and (v_lost.name_source = 'person' and v_kept.name_source is distinct from 'person' or not coalesce(v_kept.metadata, '{}') @> coalesce(v_lost.metadata, '{}'));
end
`,
  }
}
