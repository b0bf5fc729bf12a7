import type { Names } from '../names.js'
import { isCurrent, phone, userId } from './expressions/named-ids.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `rename_head(account, head)`: gives a head the person's current id, if its own is former: it swaps names with the row
 * of that id. The group's conversations follow. Returns those that got another customer id. The caller holds the head's
 * lock.
 */
export function renameHead({ tables }: Names): SqlFunction {
  return {
    name: 'rename_head',
    parameters: 'p_account text, p_head text',
    returns: 'text[]',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_head ${tables.contact_inboxes};
  v_name text;
  v_alias text;
  v_previous text;
  v_renamed text[];
begin
  select * into v_head from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = p_head;
  select e->>'id' into v_name from jsonb_array_elements(v_head.identities) with ordinality i(e, n)
  where ${isCurrent('e')} and exists (select from jsonb_array_elements(v_head.identities) own where own->>'id' = v_head.customer_id and not ${isCurrent('own')})
  order by case e->>'kind' when '${phone}' then 0 when '${userId}' then 1 else 2 end, n limit 1;
  select x.id, x.previous_head_id into v_alias, v_previous from ${tables.contact_inboxes} x
  where x.account_id = p_account and x.oa_id = v_head.oa_id and x.customer_id = v_name and x.canonical_id = p_head limit 1;
  if v_alias is null then
    return '{}';
  end if;
  -- The unique index looks at each row as it is written, so the names can't be swapped at once.
  update ${tables.contact_inboxes} x set customer_id = chr(1) || x.id where x.account_id = p_account and x.id = v_alias;
  update ${tables.contact_inboxes} x set customer_id = v_name, previous_head_id = v_previous where x.account_id = p_account and x.id = p_head;
  update ${tables.contact_inboxes} x set customer_id = v_head.customer_id, previous_head_id = v_head.previous_head_id where x.account_id = p_account and x.id = v_alias;
  with renamed as (
    update ${tables.conversations} c set customer_id = v_name
    where c.account_id = p_account and c.contact_inbox_id = p_head and c.customer_id <> v_name
    returning c.id
  )
  select coalesce(array_agg(renamed.id), '{}') into v_renamed from renamed;
  return v_renamed;
end
`,
  }
}
