import type { Names } from '../names.js'
import { holdContact, lockContacts, requireUnmerged } from './expressions/contact-merges.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `join_contacts(account, one, other, now)`: makes two contacts one, and returns its id. The older stays, and the other
 * one's id leads to it. No row that names the other is touched, because it may be of an inbox whose rows this call does
 * not hold. The contacts are locked in the order of their ids, under the head of their customer.
 */
export function joinContacts(names: Names): SqlFunction {
  const { tables } = names
  return {
    name: 'join_contacts',
    parameters: 'p_account text, p_one text, p_other text, p_now timestamptz',
    returns: 'text',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_ids constant text[] := array(select k.id from (select distinct coalesce(x.merged_into, x.id) as id from ${tables.contacts} x
      where x.account_id = p_account and x.id = any (array[p_one, p_other])) i
    cross join lateral (select k.id, k.created_at from ${tables.contacts} k where k.account_id = p_account and k.id = i.id limit 1) k
    order by k.created_at, k.id);
  v_kept ${tables.contacts};
  v_lost ${tables.contacts};
  v_moved text[];
begin
  if cardinality(v_ids) < 2 then
    return coalesce(v_ids[1], p_one, p_other);
  end if;
  ${lockContacts(names, 'v_ids[1]', 'v_ids[2]')}
  ${requireUnmerged()}
  ${holdContact(names, 'p_now')}
  return v_kept.id;
end
`,
  }
}
