import type { Names } from '../names.js'
import { kindInConflict } from './expressions/named-ids.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `link_refusal(account, kept, lost)`: why a merge can't make the customers of two conversations one person:
 * src/model/planning/link-people.ts has the rules. `outcome` is `inbox`, `ids` (`other_id` is the kind of which both
 * have a current id) or `active` (`other_id` is the other active conversation that the person would have). It is null
 * if nothing is in the way. The caller holds the locks of both heads.
 */
export function linkRefusal(names: Names): SqlFunction {
  const { tables } = names
  const activeOf = (row: string, but: string) => `(select a.id from ${tables.conversations} a
      where a.account_id = p_account and a.contact_inbox_id = ${row}.contact_inbox_id and a.status <> 'closed' and a.id <> ${but} limit 1)`
  return {
    name: 'link_refusal',
    parameters: `p_account text, k ${tables.conversations}, l ${tables.conversations}, out outcome text, out other_id text`,
    returns: null,
    attributes: `language plpgsql stable ${functionSettings}`,
    body: `
#variable_conflict use_column
begin
  if k.oa_id <> l.oa_id then
    outcome := 'inbox';
    return;
  end if;
  other_id := ${kindInConflict(names, 'array[k.contact_inbox_id, l.contact_inbox_id]')};
  if other_id is not null then
    outcome := 'ids';
    return;
  end if;
  other_id := ${activeOf('l', 'l.id')};
  if other_id is not null and k.status = 'closed' and l.status = 'closed' and ${activeOf('k', 'k.id')} is null then
    other_id := null;
  end if;
  outcome := case when other_id is not null then 'active' end;
end
`,
  }
}
